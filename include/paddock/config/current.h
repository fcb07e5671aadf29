// Current: the configuration as it is now, for whoever needs it only now and then. What was got stays as it
// was and lives as long as somebody holds it; a later get() may give another one. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "paddock/config/lookup.h"

namespace paddock::config {

class Current {
 public:
  explicit Current(std::shared_ptr<const Lookup> lookup) : lookup_(std::move(lookup)) {}

  std::shared_ptr<const Lookup> get() const {
    const std::lock_guard lock(mutex_);
    return lookup_;
  }
  void set(std::shared_ptr<const Lookup> lookup) {
    const std::lock_guard lock(mutex_);
    lookup_.swap(lookup);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Lookup> lookup_;
};

}  // namespace paddock::config
