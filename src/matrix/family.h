// Families, seen from one question: what unites and joins them, and what may be forgotten.
//
// A state is a member as far as the question goes: one bit for each model that matters. The higher the bit,
// the more recently the model was used. The worth of a mask is the weight of its models, then the mask itself
// as a number; it adds up over masks that share no bit.
//
// At each place in a formula only the bits that the rest of the formula can also set (`outer`) need to be
// kept apart. For all others the best choice can be made at once: a state is forgotten if another one has all
// its outer bits and no less worth besides.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace paddock::matrix {

__extension__ typedef unsigned __int128 Mask;

constexpr Mask bit(std::size_t at) { return Mask{1} << at; }
int count_bits(Mask mask);
int lowest_bit(Mask mask);  // mask != 0

struct Worth {
  std::uint64_t weight = 0;
  Mask mask = 0;

  friend auto operator<=>(const Worth&, const Worth&) = default;
};

struct State {
  Mask mask = 0;
  Worth own;  // of the bits that are not outer
};

using Family = std::vector<State>;

// One question's arithmetic and how much of it there was.
class Families {
 public:
  // `weights` by bit.
  Families(std::vector<std::uint64_t> weights, std::size_t max_states)
      : weights_(std::move(weights)), max_states_(max_states) {}

  // The members of both; prune() is for the caller, after the last.
  void unite(Family& family, const Family& other);
  // Each member of one with each of the other; pruned.
  Family join(Family left, Family right, Mask outer);
  void prune(Family& family, Mask outer);
  Worth worth(Mask mask) const;
  Mask best(const Family& family) const;  // not empty
  // False once members were left out because there were too many.
  bool exact() const { return exact_; }

 private:
  bool take(std::size_t states);
  void shorten(Family& family, std::size_t size);
  Family join_by_bits(const Family& left, const Family& right, Mask all, Mask outer);
  void prune_few(Family& family, Mask outer) const;
  void prune_by_table(Family& family, Mask shared);

  std::vector<std::uint64_t> weights_;
  std::size_t max_states_;
  std::size_t states_ = 0;
  bool exact_ = true;
  std::vector<std::uint32_t> table_;
};

}  // namespace paddock::matrix
