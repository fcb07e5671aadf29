#include "body_budget.h"

#include <algorithm>

namespace paddock::http {

namespace {

bool fits(std::uint64_t used, std::uint64_t bytes, std::uint64_t total) {
  return used <= total && bytes <= total - used;
}

}  // namespace

void BodyBudget::Hold::release() {
  if (budget_ != nullptr && bytes_ > 0) budget_->give_back(bytes_);
  budget_ = nullptr;
  bytes_ = 0;
}

bool BodyBudget::try_take(Hold& hold, std::uint64_t bytes, std::uint64_t total) {
  const std::lock_guard lock(mutex_);
  if (!line_.empty() || !fits(used_, bytes, total)) return false;
  used_ += bytes;
  claim(hold, bytes);
  return true;
}

void BodyBudget::claim(Hold& hold, std::uint64_t bytes) {
  hold.budget_ = this;
  hold.bytes_ += bytes;
}

void BodyBudget::line_up(const std::shared_ptr<Wait>& wait, std::uint64_t bytes, std::uint64_t total) {
  const std::lock_guard lock(mutex_);
  line_.push_back({wait, bytes, total});
  serve_line();
}

bool BodyBudget::leave(const std::shared_ptr<Wait>& wait) {
  const std::lock_guard lock(mutex_);
  const auto place = std::find_if(line_.begin(), line_.end(), [&](const Place& p) { return p.wait == wait; });
  if (place == line_.end()) return false;
  line_.erase(place);
  serve_line();
  return true;
}

void BodyBudget::give_back(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  used_ -= bytes;
  serve_line();
}

void BodyBudget::serve_line() {
  while (!line_.empty() && fits(used_, line_.front().bytes, line_.front().total)) {
    used_ += line_.front().bytes;
    const std::shared_ptr<Wait> wait = std::move(line_.front().wait);
    line_.pop_front();
    wait->granted();
  }
}

std::uint64_t BodyBudget::used() const {
  const std::lock_guard lock(mutex_);
  return used_;
}

}  // namespace paddock::http
