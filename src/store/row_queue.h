// RowQueue: finished requests on their way to the list, in their order.
//
// Its places are used again, with the strings in them: what workers allocate would else be freed on another
// thread, which costs a busy daemon more than the copy. Not thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "paddock/metrics/row.h"

namespace paddock::store {

class RowQueue {
 public:
  void push(const metrics::Row& row) {
    if (count_ == places_.size()) {
      places_.push_back(row);
    } else {
      places_[count_] = row;
    }
    ++count_;
  }
  // Keeps some places.
  void clear() {
    count_ = 0;
    if (places_.size() > kKeptPlaces) places_.resize(kKeptPlaces);
  }
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  std::span<const metrics::Row> rows() const { return {places_.data(), count_}; }

 private:
  static constexpr std::size_t kKeptPlaces = 512;

  std::vector<metrics::Row> places_;
  std::size_t count_ = 0;  // of places that are taken
};

}  // namespace paddock::store
