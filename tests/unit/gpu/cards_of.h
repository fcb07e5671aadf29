// One reading that must succeed.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "paddock/gpu/source.h"

namespace paddock::gpu {

inline std::vector<Device> cards_of(Source& source) {
  auto devices = source.read();
  if (devices) return *devices;
  ADD_FAILURE() << devices.error();
  return {Device{}, Device{}};
}

}  // namespace paddock::gpu
