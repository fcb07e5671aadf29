#include "paddock/http/active_profile.h"

#include <algorithm>

namespace paddock::http {

namespace {

const config::Profile* find(const config::Config& config, std::string_view name) {
  const auto& all = config.profiles;
  const auto found =
      std::find_if(all.begin(), all.end(), [name](const config::Profile& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string ActiveProfile::name() const {
  const std::lock_guard lock(mutex_);
  return name_;
}

void ActiveProfile::set(std::string_view name) {
  const std::lock_guard lock(mutex_);
  name_ = name;
  on_.store(!name_.empty(), std::memory_order_release);
}

void ActiveProfile::keep_only_if_in(const config::Config& config) {
  const std::lock_guard lock(mutex_);
  if (name_.empty() || find(config, name_) != nullptr) return;
  name_.clear();
  on_.store(false, std::memory_order_release);
}

const config::Profile* ActiveProfile::in(const config::Config& config) const {
  if (!on_.load(std::memory_order_acquire)) return nullptr;
  const std::lock_guard lock(mutex_);
  return find(config, name_);
}

}  // namespace paddock::http
