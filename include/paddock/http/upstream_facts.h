// UpstreamFacts: what models' own servers have said about themselves, remembered beyond their unloading.
// Filled by the way: llama-server's answer to GET /props is read when it passes by. For listings; nothing is
// decided by it. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "paddock/base/ids.h"

namespace paddock::http {

struct UpstreamProps {
  int context = 0;  // tokens that one request may have; 0: not said
  bool vision = false;
  bool audio = false;

  friend bool operator==(const UpstreamProps&, const UpstreamProps&) = default;
};

// Nothing when this is not llama-server's answer. Pure.
std::optional<UpstreamProps> read_props(std::string_view body);

class UpstreamFacts {
 public:
  void set(const ModelId& model, const UpstreamProps& props);
  // It is started in another way from now on.
  void forget(const ModelId& model);
  std::optional<UpstreamProps> of(const ModelId& model) const;
  // Grows when any of it becomes another.
  std::uint64_t changes() const { return changes_.load(std::memory_order_relaxed); }

 private:
  mutable std::mutex mutex_;
  std::map<ModelId, UpstreamProps> props_;  // guarded by mutex_
  std::atomic<std::uint64_t> changes_{0};
};

}  // namespace paddock::http
