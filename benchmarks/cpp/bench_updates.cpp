// Optimizers' proposals, the fused Adam update, and what else is done to weights and gradients one by one.
#include <iterator>

#include "roofline.h"

namespace roofline {
namespace {

using proxnet::OptimizerKernel;

struct Proposal {
  const char* name;
  std::size_t states;
  double flop;  // a weight
};

// In the order of OptimizerKernel.
const Proposal kProposals[] = {
    {"sgd", 0, 2},         {"momentum", 1, 4}, {"nesterov", 1, 6},
    {"adam", 2, 14},       {"rmsprop", 1, 10}, {"rmsprop_general", 4, 17},
    {"amsgrad", 3, 15},    {"nadam", 2, 17},   {"adamax", 2, 12},
    {"lion", 1, 9},        {"adagrad", 1, 8},  {"ftrl", 2, 18},
    {"ftrl_power", 2, 18},
};
static_assert(std::size(kProposals) == static_cast<std::size_t>(OptimizerKernel::kCount));

template <class T> proxnet::StepScalars<T> step_scalars() {
  proxnet::StepScalars<T> s;
  s.learning_rate = s.metric_scale = s.current_rate = T(1e-3);
  s.momentum = T(0.9), s.gain_1 = T(0.1), s.gain_2 = T(0.001), s.epsilon = T(1e-7), s.power = T(0.6);
  return s;
}

// The state of an optimizer, and the pointers to it that kernels take.
template <class T> struct State {
  State(std::size_t count, std::size_t n) {
    for (std::size_t i = 0; i < count; ++i) arrays.emplace_back(n, 0.4, 0.6), pointers.push_back(arrays[i].data());
  }
  std::vector<Buffer<T>> arrays;
  std::vector<T*> pointers;
};

template <class T> Call propose(const KernelTable<T>& k, std::size_t kind, std::size_t n) {
  const Buffer<T> w(n), g(n), point(n), metric(n);
  const State<T> state(kProposals[kind].states, n);
  const auto kernel = k.propose[kind];
  return [=, scalars = step_scalars<T>()] {
    kernel(n, scalars, w.data(), g.data(), state.pointers.data(), point.data(), metric.data());
  };
}

template <class T> Row<T> fused(const char* name, T l2, T decay, double flop) {
  return {name, 7, flop,
          [l2, decay](const KernelTable<T>& k, std::size_t n) -> Call {
            const Buffer<T> w(n), g(n), sums(kPanel<T>);
            const State<T> state(2, n);
            const proxnet::PenaltyScalars<T> penalty{T(1e-4), l2};
            return [=, &k, scalars = step_scalars<T>()] {
              k.update_adam_elastic_net(n / kPanel<T>, scalars, penalty, nullptr, decay, g.data(), w.data(),
                                        state.pointers.data(), sums.data());
            };
          },
          3};
}

}  // namespace

template <class T> void add_updates(Cases<T>& cases) {
  using K = KernelTable<T>;
  std::vector<Row<T>> rows = {
      fused<T>("update_adam_elastic_net/l1", T(0), T(1), 20),
      fused<T>("update_adam_elastic_net/l1_l2", T(1e-4), T(1), 26),
      fused<T>("update_adam_elastic_net/l1_l2_decay", T(1e-4), T(0.999), 28),
      {"clip_values", 2, 2,
       [](const K& k, std::size_t n) -> Call {
         const Buffer<T> g(n);
         return [=, &k] { k.clip_values(n, T(1), g.data()); };
       },
       1},
      {"decay_weights", 2, 2,
       [](const K& k, std::size_t n) -> Call {
         const Buffer<T> w(n), decayed(n);
         return [=, &k] { k.decay_weights(n, T(0.999), w.data(), decayed.data()); };
       }},
      {"average_weights", 3, 3,
       [](const K& k, std::size_t n) -> Call {
         const Buffer<T> w(n), average(n, -1, 1);
         return [=, &k] { k.average_weights(n, T(0.01), w.data(), average.data()); };
       },
       1},
      {"take_average", 3, 0,
       [](const K& k, std::size_t n) -> Call {
         const Buffer<T> w(n), average(n);
         return [=, &k] { k.take_average(n, true, average.data(), w.data()); };
       },
       1},
  };
  for (std::size_t kind = 0; kind < std::size(kProposals); ++kind) {
    const Proposal& p = kProposals[kind];
    const bool logs = kind == static_cast<std::size_t>(OptimizerKernel::kFtrlPower);
    const double flop = p.flop + (logs ? 2 * (Flop<T>::kLog + Flop<T>::kExp) : 0);
    rows.push_back({std::string("propose_") + p.name, 4 + 2.0 * static_cast<double>(p.states), flop,
                    [kind](const K& k, std::size_t n) { return propose(k, kind, n); }, static_cast<double>(p.states)});
  }
  add_rows(cases, rows);
}

template void add_updates(Cases<float>&);
template void add_updates(Cases<double>&);

}  // namespace roofline
