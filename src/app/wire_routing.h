// The configuration's groups or matrix as the scheduler's policy. Pure.
#pragma once

#include <memory>

#include "paddock/config/config.h"
#include "paddock/scheduler/policy.h"

namespace paddock::app {

std::shared_ptr<const scheduler::EvictionPolicy> policy_of(const config::Config& config);

}  // namespace paddock::app
