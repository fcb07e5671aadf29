#include "shutdown.h"

#include <utility>

namespace paddock::app {

Shutdown::Shutdown(Hooks hooks, Duration budget) : hooks_(std::move(hooks)), budget_(budget) {}

void Shutdown::request() {
  ++requests_;
  if (requests_ == 1) {
    hooks_.close_the_door();
    stop_models(budget_);
  } else if (requests_ == 2 && !finished_) {
    stop_models(Duration(0));
  }
}

void Shutdown::stop_models(Duration budget) {
  hooks_.stop_models(budget, [this] {
    // A hurried shutdown has two calls under way; both may report.
    if (std::exchange(finished_, true)) return;
    hooks_.finished();
  });
}

}  // namespace paddock::app
