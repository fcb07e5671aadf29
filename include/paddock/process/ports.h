// Ports: which number `${PORT}` becomes for each model.
//
// Sticky: a model keeps its port from launch to launch, so that logs and firewalls can rely on it. A port on
// which somebody listens, or that another model holds, is never given out; the model then gets the next free
// one. Control thread only.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "paddock/base/ids.h"

namespace paddock::process {

class Ports {
 public:
  using Probe = std::function<bool(int port)>;  // true if a listener could be bound there now

  // `probe` is replaced in tests. The default tries to bind 127.0.0.1, 0.0.0.0 and ::, without listening.
  explicit Ports(int first, Probe probe = nullptr);

  // Reserves the number this model would get if every port were free; called once for each model that uses
  // `${PORT}`, in the order in which llama-swap numbers them (by id).
  void reserve(const ModelId& model);
  // The number it got last, or the reserved one.
  int usual(const ModelId& model);
  // The port for a launch that starts now; nothing when no port up to 65535 is free.
  std::optional<int> take(const ModelId& model);
  // A launch could not have the port it was given, though it looked free: the next take() gives another.
  void pass_over(const ModelId& model);

 private:
  bool held_by_other(const ModelId& model, int port) const;

  int next_;
  Probe probe_;
  std::map<ModelId, int> held_;
};

// Who listens on a port of this machine, for people: `python3 (pid 12)`, `a process that paddock may not
// see`. Looks through /proc, which may take some ten milliseconds: only for a port that was found taken.
std::string port_user(int port);

}  // namespace paddock::process
