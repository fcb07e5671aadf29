// Sink: where requests go when they have ended. Thread-safe; no call blocks.
#pragma once

#include <cstdint>

#include "paddock/metrics/row.h"

namespace paddock::metrics {

class Sink {
 public:
  virtual ~Sink() = default;
  // For a row, or for a capture of a request that is none; never 0, never twice.
  virtual std::uint64_t next_id() = 0;
  virtual void finished(const Row& row) = 0;
};

}  // namespace paddock::metrics
