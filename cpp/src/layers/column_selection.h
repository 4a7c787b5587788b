// The columns of the inputs that a network reads.
#pragma once

#include "layers/layer_run.h"

namespace proxnet {

// to[r][j] = from[r][columns[j]], from any layout to any.
template <class T>
void select_columns(const std::vector<std::size_t>& columns, std::size_t rows, RowPanels<const T> from,
                    RowPanels<T> to) {
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t j = 0; j < columns.size(); ++j)
      to.at(j / kPanel<T>, r)[j % kPanel<T>] = from.at(columns[j] / kPanel<T>, r)[columns[j] % kPanel<T>];
}

// Stands on the inputs, so that no gradient goes back.
template <class T> class ColumnSelectionRun final : public LayerRun<T> {
 public:
  ColumnSelectionRun(LayerRun<T>& previous, const ColumnSelection& layer, std::size_t batch);
  void forward(RowRange rows, const StepContext<T>& step) override;
  void backward(RowRange, const StepContext<T>&) override {}

 private:
  LayerRun<T>& previous_;
  const ColumnSelection layer_;
};

}  // namespace proxnet
