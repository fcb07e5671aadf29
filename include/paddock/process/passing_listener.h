// PassingListener passes everything on: the base of whoever stands between a Launcher and its Listener and
// looks at a few happenings only. Override these and pass them on as well.
//
// The listener outlives it. Control thread only, like every Listener.
#pragma once

#include <utility>

#include "paddock/process/supervisor.h"

namespace paddock::process {

class PassingListener : public Listener {
 public:
  explicit PassingListener(Listener& listener) : listener_(listener) {}

  void spawned(const ModelId& model, Generation generation, pid_t pid, UniqueFd pidfd) override {
    listener_.spawned(model, generation, pid, std::move(pidfd));
  }
  void ready(const ModelId& model, Generation generation, const Ready& ready) override {
    listener_.ready(model, generation, ready);
  }
  void failed(const ModelId& model, Generation generation, const StartFailure& failure) override {
    listener_.failed(model, generation, failure);
  }
  void exited(const ModelId& model, Generation generation, const Ending& ending) override {
    listener_.exited(model, generation, ending);
  }
  void ended(const ModelId& model, Generation generation, const Ending& ending) override {
    listener_.ended(model, generation, ending);
  }
  void broken(const ModelId& model, Generation generation, const Breakage& breakage) override {
    listener_.broken(model, generation, breakage);
  }
  void noted(const ModelId& model, Generation generation, const std::string& sentence) override {
    listener_.noted(model, generation, sentence);
  }

 protected:
  Listener& listener_;
};

}  // namespace paddock::process
