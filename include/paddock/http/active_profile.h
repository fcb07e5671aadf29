// ActiveProfile: which of the configuration's profiles is switched on, if any. None at first; it survives a
// reload that leaves the profile in the file. Thread-safe; costs one load where none is switched on.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <string_view>

#include "paddock/config/config.h"

namespace paddock::http {

class ActiveProfile {
 public:
  // Empty: none.
  std::string name() const;
  // Empty: none. Whether there is such a profile is the caller's business.
  void set(std::string_view name);
  // Switches it off if this configuration, which a reload has brought, does not have it.
  void keep_only_if_in(const config::Config& config);
  // The one that is on as this configuration has it; null: none is on, or it is not there. Lives as long as
  // the configuration.
  const config::Profile* in(const config::Config& config) const;

 private:
  mutable std::mutex mutex_;
  std::string name_;             // guarded by mutex_
  std::atomic<bool> on_{false};  // whether name_ is not empty
};

}  // namespace paddock::http
