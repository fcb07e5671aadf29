// Reservations: how many requests each selector has sent to each of its targets and that have not ended, over
// all workers.
//
// Choosing and counting are one step, so that two requests at once do not both see the same place free. Names
// of selectors and targets that a reload removes are forgotten with their last request.
// Thread-safe. Outlives every Hold.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "choice.h"
#include "paddock/config/names.h"

namespace paddock::http {

class Reservations {
 public:
  // One request's count; its end ends it. Move-only.
  class Hold {
   public:
    Hold() = default;
    Hold(Hold&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)), key_(std::move(other.key_)) {}
    Hold& operator=(Hold&& other) noexcept {
      Hold dropped(std::move(*this));
      owner_ = std::exchange(other.owner_, nullptr);
      key_ = std::move(other.key_);
      return *this;
    }
    ~Hold() {
      if (owner_ != nullptr) owner_->release(key_);
    }

   private:
    friend class Reservations;
    using Key = std::pair<std::string, std::string>;  // selector, target

    Hold(Reservations* owner, Key key) : owner_(owner), key_(std::move(key)) {}

    Reservations* owner_ = nullptr;
    Key key_;
  };

  struct Taken {
    std::size_t target = 0;  // a place in Selector::targets
    Hold hold;
  };
  // `look` tells a target's own part of a Candidate; it is called under the lock and must not block.
  std::optional<Taken> take(const config::Selector& selector,
                            const std::function<Candidate(const std::string& target)>& look);
  // For whoever counts: how many run there by this selector.
  int count(const std::string& selector, const std::string& target) const;

 private:
  void release(const Hold::Key& key);

  mutable std::mutex mutex_;
  std::map<Hold::Key, int> counts_;  // guarded by mutex_; no zeros
  std::size_t turn_ = 0;             // guarded by mutex_
};

}  // namespace paddock::http
