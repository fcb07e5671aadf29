#include "paddock/router/status.h"

namespace paddock::router {

const char* state_name(ModelState state) {
  switch (state) {
    case ModelState::kStopped:
      return "stopped";
    case ModelState::kStarting:
      return "starting";
    case ModelState::kReady:
      return "ready";
    case ModelState::kStopping:
      return "stopping";
  }
  return "?";
}

const ModelStatus* Status::find(const ModelId& id) const {
  for (const ModelStatus& model : models) {
    if (model.id == id) return &model;
  }
  return nullptr;
}

}  // namespace paddock::router
