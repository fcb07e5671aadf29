// What stands on both sides of a watch over launches, played by the test: one card, and a launcher that only
// writes down what it is told.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "paddock/gpu/source.h"
#include "paddock/process/supervisor.h"

namespace paddock::test {

constexpr std::uint64_t kGiB = 1 << 30;

// Of 16 GiB, with one in use. Thread-safe: the sampler's thread reads it, and may outlive the test in it.
class OneCard final : public gpu::Source {
 public:
  Result<std::vector<gpu::Device>, std::string> read() override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !hangs_; });
    if (lost_) return std::string("The card is lost.");
    gpu::Device card;
    card.name = "fake";
    card.total = 16 * kGiB;
    card.used = used_;
    return std::vector<gpu::Device>{card};
  }
  void use(std::uint64_t gib) {
    set([&] { used_ = gib * kGiB; });
  }
  void hang(bool on) {
    set([&] { hangs_ = on; });
  }
  void lose() {
    set([&] { lost_ = true; });
  }

 private:
  template <class Change>
  void set(Change change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t used_ = kGiB;
  bool hangs_ = false, lost_ = false;
};

// `orders` and the listener outlive it: "start MODEL GENERATION" and "stop GENERATION". What it is asked is
// told by the generation alone.
class RecordingLauncher final : public process::Launcher {
 public:
  RecordingLauncher(process::Listener& to, std::vector<std::string>& list) : listener(to), orders_(list) {}

  void start(process::SpawnSpec spec, Generation generation) override {
    orders_.push_back("start " + spec.model.str() + " " + std::to_string(generation.value));
  }
  void stop(Generation generation, Duration grace) override {
    graces.push_back(grace);
    orders_.push_back("stop " + std::to_string(generation.value));
  }
  std::uint64_t printed(Generation generation) const override { return 100 + generation.value; }
  Duration cpu_time(Generation generation) const override { return Duration(200 + generation.value); }
  std::optional<process::LoadProgress> loading(Generation) override {
    return process::LoadProgress{process::LoadStage::kWeights, 62};
  }

  process::Listener& listener;
  std::vector<Duration> graces;  // of the stops

 private:
  std::vector<std::string>& orders_;
};

}  // namespace paddock::test
