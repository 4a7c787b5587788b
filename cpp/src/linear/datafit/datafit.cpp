#include "linear/datafit/datafit.h"

#include "linear/datafit/huber.h"
#include "linear/datafit/logistic.h"
#include "linear/datafit/poisson.h"
#include "linear/datafit/softmax.h"
#include "linear/datafit/squared_hinge.h"

namespace proxnet {

std::unique_ptr<Datafit> make_datafit(const GlmTask& task, const double* y, std::vector<double> normalized_weight) {
  std::vector<double> targets(y, y + normalized_weight.size());
  switch (task.loss.kind) {
    case GlmLoss::kLogistic:
      return std::make_unique<Logistic>(std::move(normalized_weight), std::move(targets));
    case GlmLoss::kMultinomial:
      return std::make_unique<Softmax>(std::move(normalized_weight), task.classes, y);
    case GlmLoss::kPoisson:
      return std::make_unique<Poisson>(std::move(normalized_weight), std::move(targets));
    case GlmLoss::kHuber:
      return std::make_unique<Huber>(std::move(normalized_weight), std::move(targets), task.loss.epsilon);
    case GlmLoss::kSquaredHinge:
      return std::make_unique<SquaredHinge>(std::move(normalized_weight), std::move(targets));
  }
  return nullptr;
}

}  // namespace proxnet
