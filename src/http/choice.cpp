#include "choice.h"

#include <algorithm>

namespace paddock::http {

namespace {

using router::ModelState;

std::optional<std::size_t> first_in(const std::vector<Candidate>& candidates, ModelState state) {
  const auto found = std::find_if(candidates.begin(), candidates.end(), [state](const Candidate& candidate) {
    return candidate.ours && candidate.state == state;
  });
  if (found == candidates.end()) return std::nullopt;
  return static_cast<std::size_t>(found - candidates.begin());
}

std::size_t warm(const std::vector<Candidate>& candidates) {
  if (const auto ready = first_in(candidates, ModelState::kReady)) return *ready;
  return first_in(candidates, ModelState::kStarting).value_or(0);
}

// A request that was sent there counts also before the router knows of it.
bool is_active(const Candidate& candidate) {
  const bool up = candidate.state == ModelState::kReady || candidate.state == ModelState::kStarting;
  return candidate.requests > 0 || (candidate.ours && up);
}

bool is_cold(const Candidate& candidate) {
  return !is_active(candidate) && (!candidate.ours || candidate.state == ModelState::kStopped);
}

std::optional<std::size_t> least_busy(const std::vector<Candidate>& candidates, std::size_t turn) {
  std::vector<std::size_t> least;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!is_active(candidates[i])) continue;
    if (!least.empty() && candidates[i].requests > candidates[least.front()].requests) continue;
    if (!least.empty() && candidates[i].requests < candidates[least.front()].requests) least.clear();
    least.push_back(i);
  }
  if (least.empty()) return std::nullopt;
  return least[turn % least.size()];
}

std::optional<std::size_t> spill(const std::vector<Candidate>& candidates, int most, std::size_t turn) {
  const std::optional<std::size_t> active = least_busy(candidates, turn);
  if (active && candidates[*active].requests < most) return active;
  const auto cold = std::find_if(candidates.begin(), candidates.end(), is_cold);
  if (cold == candidates.end()) return active;
  return static_cast<std::size_t>(cold - candidates.begin());
}

}  // namespace

std::optional<std::size_t> choose(const config::Selector& selector, const std::vector<Candidate>& candidates,
                                  std::size_t turn) {
  if (candidates.empty()) return std::nullopt;
  switch (selector.strategy) {
    case config::Strategy::kWarm:
      return warm(candidates);
    case config::Strategy::kSpillover:
      return spill(candidates, selector.spillover, turn);
    case config::Strategy::kPin:
      break;
  }
  return 0;
}

}  // namespace paddock::http
