// A network of either dtype behind one Python class.
#pragma once

#include <memory>
#include <variant>

#include "bindings.h"

namespace proxnet::python {

struct AnyNetwork {
  std::variant<Network<float>, Network<double>> network;

  template <class F> decltype(auto) visit(F&& f) { return std::visit(std::forward<F>(f), network); }
  template <class F> decltype(auto) visit(F&& f) const { return std::visit(std::forward<F>(f), network); }
};

template <class N> struct NumberOf;
template <class T> struct NumberOf<Network<T>> {
  using type = T;
};
// float of Network<float>
template <class N> using Number = typename NumberOf<std::remove_cvref_t<N>>::type;

// Epochs that a trainer has published, and the report of the last one. Python reads it after an interrupt too, which
// may come between an epoch's end and the next line of the program.
struct FinishedEpochs {
  std::size_t count = 0;
  Report last;

  void add(const Report& report) { last = report, ++count; }
  auto result() const { return std::make_pair(last.loss, last.metrics); }
  auto all() const { return std::make_tuple(count, last.loss, last.metrics); }
};

// Rows, targets and weights as the core takes them; `rows` must outlive the result.
template <class T>
Data<T> make_data(const DenseRows<T>& rows, const py::array& y, const std::optional<py::array>& sample_weight) {
  Data<T> data;
  data.x = &rows;
  data.y = view<T>(y, "y", true);
  if (sample_weight) {
    const auto w = view<T>(*sample_weight, "sample_weight", true);
    check(w.cols == 1 && w.rows == rows.rows(), "[fit] sample_weight must have one number a row, ", rows.rows(),
          ", got shape (", w.rows, ", ", w.cols, ")");
    data.sample_weight = w.data;
  }
  return data;
}

}  // namespace proxnet::python
