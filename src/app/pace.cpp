#include "pace.h"

#include <algorithm>

namespace paddock::app {

namespace {

constexpr std::int64_t kFewest = 16;  // tokens of an answer that tells
constexpr std::size_t kTelling = 3, kKept = 8;
constexpr double kSlow = 0.4;  // of what is usual

}  // namespace

bool Pace::counts(std::int64_t tokens, double per_second) { return tokens >= kFewest && per_second > 0; }

void Pace::answered(std::int64_t tokens, double per_second) {
  if (!counts(tokens, per_second)) return;
  last_.push_back(per_second);
  if (last_.size() > kKept) last_.pop_front();
}

std::optional<double> Pace::fastest() const {
  if (last_.size() < kTelling) return std::nullopt;
  return *std::max_element(last_.begin(), last_.end());
}

bool Pace::is_settled() const { return last_.size() == kKept; }

bool Pace::is_slow(const std::optional<double>& usual) const {
  const auto now = fastest();
  return now && usual && *now < kSlow * *usual;
}

}  // namespace paddock::app
