#include "reservations.h"

namespace paddock::http {

std::optional<Reservations::Taken> Reservations::take(
    const config::Selector& selector, const std::function<Candidate(const std::string& target)>& look) {
  const std::lock_guard lock(mutex_);
  std::vector<Candidate> candidates;
  for (const std::string& target : selector.targets) {
    Candidate candidate = look(target);
    const auto counted = counts_.find({selector.id, target});
    candidate.requests = counted == counts_.end() ? 0 : counted->second;
    candidates.push_back(candidate);
  }
  const std::optional<std::size_t> chosen = choose(selector, candidates, turn_++);
  if (!chosen) return std::nullopt;
  Hold::Key key{selector.id, selector.targets[*chosen]};
  ++counts_[key];
  return Taken{*chosen, Hold(this, std::move(key))};
}

int Reservations::count(const std::string& selector, const std::string& target) const {
  const std::lock_guard lock(mutex_);
  const auto counted = counts_.find({selector, target});
  return counted == counts_.end() ? 0 : counted->second;
}

void Reservations::release(const Hold::Key& key) {
  const std::lock_guard lock(mutex_);
  const auto counted = counts_.find(key);
  if (--counted->second == 0) counts_.erase(counted);
}

}  // namespace paddock::http
