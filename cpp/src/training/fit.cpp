// Epoch after epoch, with validation: what a C++ program calls. Python drives a Trainer itself, for its callbacks.
#include "proxnet/fit.h"

namespace proxnet {

template <class T>
std::vector<EpochReport> fit(Network<T>& network, const Data<T>& data, const FitOptions<T>& options) {
  Trainer<T> trainer(network, data, options);
  std::vector<EpochReport> history;
  for (std::size_t epoch = 0; epoch < options.epochs; ++epoch) {
    EpochReport report;
    report.epoch = epoch;
    report.training = trainer.run_epoch(epoch);
    if (options.validation) {
      report.validated = true;
      report.validation = evaluate(network, *options.validation, options.poll);
    }
    history.push_back(report);
    if (options.on_epoch_end && !options.on_epoch_end(report)) break;
  }
  network.take_average();
  return history;
}

template std::vector<EpochReport> fit(Network<float>&, const Data<float>&, const FitOptions<float>&);
template std::vector<EpochReport> fit(Network<double>&, const Data<double>&, const FitOptions<double>&);

}  // namespace proxnet
