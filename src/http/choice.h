// Which target of a selector a request goes to (llama-swap's rules). Pure.
//
// pin: always the first. warm: the first that is ready, else the first that is starting, else the first.
// spillover: among targets that serve or load, the one with the fewest requests, in turn where several have
// as few; when all of those have `spillover` requests or more, the first that is cold is woken.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "paddock/config/names.h"
#include "paddock/router/status.h"

namespace paddock::http {

struct Candidate {
  bool ours = true;  // false: a peer's, whose state nobody here knows
  router::ModelState state = router::ModelState::kStopped;
  int requests = 0;  // that this selector has sent there and that have not ended
};

// A place in `candidates`, which are in the order of the targets; `turn` grows with each request. Nothing if
// none can be used now: all are stopping, or there are none.
std::optional<std::size_t> choose(const config::Selector& selector, const std::vector<Candidate>& candidates,
                                  std::size_t turn);

}  // namespace paddock::http
