// SlotWatch stands between whoever orders launches and the Launcher that performs them, and takes care of the
// conversations in their slots: `ready` is held back while what was saved is restored, and the stop of a
// launch that serves nobody any more (retire) while its slots are saved.
//
// Everything else passes through as it comes, both ways, and all of it for a launch without settings. Neither
// takes longer than the settings say, whatever the engine or the disk does; a launch that ends meanwhile is
// reported as it would be without. A stop(), or a second retire(), gives the saving up. Before such a launch
// starts, its folder is made; where that fails, it starts without the variable that names it.
// Control thread only. Destroying it ends its Launcher, and calls no Listener.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "paddock/base/clock.h"
#include "paddock/kvcache/job.h"
#include "paddock/process/supervisor.h"

namespace paddock::kvcache {

// Its variable for the folder of slots, which llama-server reads.
inline constexpr const char* kFolderVariable = "LLAMA_ARG_SLOT_SAVE_PATH";

// What is to be done for one launch.
struct Care {
  Settings settings;
  std::function<std::string()> command_key;  // see Job; any thread
};

struct Options {
  // For each start; nothing: this launch has no slots that are kept.
  std::function<std::optional<Care>(const process::SpawnSpec&)> care_for;
  // Replaced in tests.
  std::function<std::unique_ptr<Server>(const std::string& address, int port, const std::string& base_path)>
      connect = kvcache::connect;
  // Told of what came of it, for statistics; may be empty.
  std::function<void(const ModelId&, Generation, const Report&)> restored{}, saved{};
};

class SlotWatch final : public process::Launcher {
 public:
  using MakeLauncher = std::function<std::unique_ptr<process::Launcher>(process::Listener&)>;

  // The listener outlives it.
  SlotWatch(boost::asio::io_context& control, Options options, process::Listener& listener,
            const MakeLauncher& make_launcher);
  ~SlotWatch() override;

  void start(process::SpawnSpec spec, Generation generation) override;
  void stop(Generation generation, Duration grace) override;
  void retire(Generation generation, Duration grace) override;
  std::uint64_t printed(Generation generation) const override;
  Duration cpu_time(Generation generation) const override;
  std::optional<process::LoadProgress> loading(Generation generation) override;

  // From here on whatever is saved must be saved by then, and nothing is restored: the daemon ends.
  void hurry(TimePoint until);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace paddock::kvcache
