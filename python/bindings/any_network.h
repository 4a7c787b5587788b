// A network of either dtype as one Python class, and other objects that need one.
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

// Number<Thing<T>> = T
template <class N> struct NumberOf;
template <template <class> class Thing, class T> struct NumberOf<Thing<T>> {
  using type = T;
};
template <class N> using Number = typename NumberOf<std::remove_cvref_t<N>>::type;

// The number of epochs that a trainer has published, and the report of the last one. Python also reads it after an
// interrupt, which may come between the end of an epoch and the next line of the program.
struct FinishedEpochs {
  std::size_t count = 0;
  Report last;

  void add(const Report& report) { last = report, ++count; }
  auto result() const { return std::make_pair(last.loss, last.metrics); }
  auto all() const { return std::make_tuple(count, last.loss, last.metrics); }
};

// Rows, targets and sample weights as Data; `rows` must outlive the result.
template <class T>
Data<T> make_data(const DenseRows<T>& rows, const py::array& y, const std::optional<py::array>& sample_weight) {
  Data<T> data;
  data.x = &rows;
  data.y = view<T>(y, "y", true);
  if (sample_weight) {
    const auto w = view<T>(*sample_weight, "sample_weight", true);
    check(w.cols == 1 && w.rows == rows.rows(), "[fit] sample_weight must have one number per row, ", rows.rows(),
          ", got shape (", w.rows, ", ", w.cols, ")");
    data.sample_weight = w.data;
  }
  return data;
}

using Weights = std::optional<py::array>;

// f(data) for arrays of Python, without the GIL.
template <class T, class F> auto with_data(const py::array& x, const py::array& y, const Weights& weights, F&& f) {
  const DenseRows<T> rows(view<T>(x, "x"));
  const Data<T> data = make_data<T>(rows, y, weights);
  const ReleaseGil release;
  return f(data);
}

// A Thing<float> or Thing<double> of a network, which it keeps alive.
template <template <class> class Thing> struct Handle {
  py::object network;
  FinishedEpochs finished;
  std::variant<std::monostate, std::unique_ptr<Thing<float>>, std::unique_ptr<Thing<double>>> thing;

  // make(net) returns a std::unique_ptr<Thing<T>>.
  template <class Make> void open(const py::object& of, Make&& make) {
    close();
    finished = {};
    network = of;
    of.cast<AnyNetwork&>().visit([&](auto& net) { thing = make(net); });
  }
  ~Handle() { close(); }
  void close() {
    const ReleaseGil release;  // discarding an epoch waits for other writers of the weights
    thing = std::monostate();
  }

  template <class F> auto visit(F&& f) {
    using R = std::invoke_result_t<F, Thing<float>&>;
    return std::visit(
        [&](auto& held) -> R {
          if constexpr (std::is_same_v<std::remove_cvref_t<decltype(held)>, std::monostate>)
            throw InvalidState("[Trainer] closed");
          else
            return f(*held);
        },
        thing);
  }
};

}  // namespace proxnet::python
