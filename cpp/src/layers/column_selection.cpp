// Selected columns in training.
#include "layers/column_selection.h"

namespace proxnet {

template <class T>
ColumnSelectionRun<T>::ColumnSelectionRun(LayerRun<T>& previous, const ColumnSelection& layer, std::size_t batch)
    : previous_(previous), layer_(layer) {
  this->output = Activations<T>(batch, layer.columns.size(), Layout::kPanels);
  this->active = ActiveColumns<T>(layer.columns.size(), kernels<T>().lanes);
}

template <class T> void ColumnSelectionRun<T>::forward(RowRange rows, const StepContext<T>&) {
  select_columns<T>(layer_.columns, rows.count(), previous_.output.view(rows.first), this->output.view(rows.first));
}

template class ColumnSelectionRun<float>;
template class ColumnSelectionRun<double>;

}  // namespace proxnet
