// MaskSet: a set of masks over few bits, one bit of memory for each mask there can be. What is done to all
// members at once costs a pass over words, however many they are.
//
// Not a family: it knows no worth. Pure values, one thread each.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace paddock::matrix {

class MaskSet {
 public:
  // Of masks below 2^bits. Memory and time of a pass: 2^bits / 8 bytes.
  explicit MaskSet(int bits);

  void insert(std::uint32_t mask) { words_[mask / 64] |= std::uint64_t{1} << (mask % 64); }
  // All members of the other, which has as many bits, each with `mask` added.
  void insert_joined(const MaskSet& other, std::uint32_t mask);
  // Forgets every mask that is a part of another one.
  void keep_maximal();

  std::size_t size() const;

  template <class Visit>  // called with each mask, the smallest first
  void each(Visit visit) const {
    for (std::size_t word = 0; word < words_.size(); ++word) {
      for (std::uint64_t rest = words_[word]; rest != 0; rest &= rest - 1) {
        visit(static_cast<std::uint32_t>(word * 64) + static_cast<std::uint32_t>(std::countr_zero(rest)));
      }
    }
  }

 private:
  using Words = std::vector<std::uint64_t>;

  static void add_bit(Words& words, int bit);
  static void add_without_bit(Words& to, const Words& from, int bit);

  int bits_;
  Words words_;
};

}  // namespace paddock::matrix
