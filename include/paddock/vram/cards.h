// Cards: what each launch holds of each card, what others hold, and what is free: a picture for people and
// for verdicts. It gates nothing; waiting for memory is release_watch.h's business.
//
// A launch's part is, in this order:
//   - what the driver says of its processes: all that descend from its keeper;
//   - what the driver says of processes that were new on the card when it was ready: an engine in a container
//     descends from nobody here. Estimated;
//   - where the driver tells of no processes: by how much more of the card was used once it was ready than at
//     its start. Estimated.
// Both estimates only if no other launch came or went between its start and its readiness.
//
// snapshot() and look() are for any thread, the rest for the control thread. Whatever launcher() made must go
// before it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/ids.h"
#include "paddock/gpu/sampler.h"
#include "paddock/machine/stats.h"
#include "paddock/process/supervisor.h"

namespace paddock::vram {

struct Holder {
  ModelId model;
  Generation generation;
  std::uint64_t bytes = 0;
  bool estimated = false;

  friend bool operator==(const Holder&, const Holder&) = default;
};

struct Card {
  gpu::Device device;
  std::vector<Holder> models;          // in the order of their launches; those with nothing are left out
  std::vector<gpu::Process> others{};  // that belong to no launch

  std::uint64_t free() const { return device.total > device.used ? device.total - device.used : 0; }
};

struct Snapshot {
  std::chrono::system_clock::time_point taken{};
  std::string source;   // the word of gpu::find_source()
  std::string problem;  // a sentence, if there are no cards, or if these are old; else empty
  std::vector<Card> cards;
  std::optional<machine::Memory> ram;
};
using Picture = std::shared_ptr<const Snapshot>;

class Cards {
 public:
  using MakeLauncher = std::function<std::unique_ptr<process::Launcher>(process::Listener&)>;

  // The sampler outlives it. `source`: see Snapshot.
  Cards(boost::asio::io_context& control, gpu::Sampler& sampler, std::string source);
  ~Cards();

  // Passes everything on, both ways, and learns from it.
  std::unique_ptr<process::Launcher> launcher(process::Listener& listener, const MakeLauncher& make_launcher);

  // The last picture; never null, without cards before the first.
  Picture snapshot() const;
  // The daemon ends: whoever waits for a picture gets the last one, and so does who asks from here on.
  void let_go();

  // A picture from after this call, on the control thread. If the driver takes longer than a second: the last
  // one, with the problem. Not called any more once this is destroyed.
  void look(std::function<void(Picture)> handler);

 private:
  class Impl;
  class Watch;
  boost::asio::io_context& control_;
  const std::shared_ptr<Impl> impl_;
};

}  // namespace paddock::vram
