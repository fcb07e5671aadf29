// EffectRunner carries out the scheduler's orders: one visit, one function for each effect. No policy.
// Control thread only.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>

#include "event_loop.h"
#include "gates.h"
#include "launches.h"
#include "paddock/process/ports.h"
#include "paddock/process/supervisor.h"
#include "paddock/router/router.h"
#include "tickets.h"
#include "timers.h"

namespace paddock::router {

class EffectRunner {
 public:
  // All of them outlive the runner.
  struct Parts {
    Router& router;
    const PrefetchHooks& prefetch;
    const LaunchHooks& told;
    process::Ports& ports;
    Launches& launches;
    Tickets& tickets;
    Operations& operations;
    Timers& timers;
    EventLoop& loop;
    Gates& gates;
    process::Listener& listener;
  };

  explicit EffectRunner(Parts parts) : parts_(parts) {}
  // From here on models are started with these, which must outlive the runner or the next call.
  void use(const std::vector<ModelOptions>& models);
  void set_launcher(process::Launcher& launcher) { launcher_ = &launcher; }

  void perform(const scheduler::Effect& effect);
  // Whether the model's next launch gets another port than the last. False where its command names the port.
  bool give_another_port(const ModelId& model);

 private:
  void perform_one(const scheduler::Grant& effect);
  void perform_one(const scheduler::Reject& effect);
  void perform_one(const scheduler::StartProcess& effect);
  void perform_one(const scheduler::StopProcess& effect);
  void perform_one(const scheduler::Revoke& effect);
  void perform_one(const scheduler::OpenGate& effect);
  void perform_one(const scheduler::CloseGate& effect);
  void perform_one(const scheduler::Prefetch& effect);
  void perform_one(const scheduler::EndPrefetch& effect);
  void perform_one(const scheduler::ArmTimer& effect);
  void perform_one(const scheduler::CancelTimer& effect);
  void perform_one(const scheduler::OperationDone& effect);
  void perform_one(const scheduler::Note& effect);
  std::optional<int> take_port(const ModelId& model);
  void no_port(const scheduler::StartProcess& effect, const ModelOptions& options);

  Parts parts_;
  process::Launcher* launcher_ = nullptr;
  std::unordered_map<ModelId, const ModelOptions*> options_;
};

}  // namespace paddock::router
