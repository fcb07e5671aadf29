// Server: the slots of one running llama-server, asked over HTTP.
//
// Blocking, and each call ends at its deadline; for threads that nobody waits for. What is refused for good
// is told apart from what went wrong this time: a build without slots answers 501, a multimodal model 501 or
// 400, and asking again would not help.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/result.h"
#include "paddock/kvcache/slots.h"

namespace paddock::kvcache {

struct Refusal {
  bool for_good = false;
  std::string sentence;  // lower case, without a final stop; printable
};

// The seam that tests replace. Any thread, one call at a time.
class Server {
 public:
  virtual ~Server() = default;
  virtual Result<std::vector<Slot>, Refusal> slots(TimePoint until) = 0;
  // What the engine calls its build; empty where it does not say.
  virtual std::string build(TimePoint until) = 0;
  // `file`: a bare name in the folder that the engine was started with.
  virtual Result<Moved, Refusal> save(std::int64_t slot, const std::string& file, TimePoint until) = 0;
  virtual Result<Moved, Refusal> restore(std::int64_t slot, const std::string& file, TimePoint until) = 0;
};

// A numeric address, and the path in front of the engine's own: usually empty.
std::unique_ptr<Server> connect(const std::string& address, int port, const std::string& base_path);

}  // namespace paddock::kvcache
