#include "mask_set.h"

#include <algorithm>

namespace paddock::matrix {

namespace {

// Where, in a word, the masks with bit 0, 1, ... 5 stand.
constexpr std::uint64_t kWith[] = {0xaaaaaaaaaaaaaaaa, 0xcccccccccccccccc, 0xf0f0f0f0f0f0f0f0,
                                   0xff00ff00ff00ff00, 0xffff0000ffff0000, 0xffffffff00000000};
constexpr int kInWord = 6;

}  // namespace

MaskSet::MaskSet(int bits) : bits_(bits), words_(std::size_t{1} << std::max(bits - kInWord, 0)) {}

void MaskSet::insert_joined(const MaskSet& other, std::uint32_t mask) {
  Words joined = other.words_;
  for (std::uint32_t rest = mask; rest != 0; rest &= rest - 1) add_bit(joined, std::countr_zero(rest));
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= joined[i];
}

// What is a part of a member, less by at least one bit, goes.
void MaskSet::keep_maximal() {
  Words parts = words_;
  for (int bit = 0; bit < bits_; ++bit) add_without_bit(parts, parts, bit);
  Words smaller(words_.size());
  for (int bit = 0; bit < bits_; ++bit) add_without_bit(smaller, parts, bit);
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~smaller[i];
}

std::size_t MaskSet::size() const {
  std::size_t count = 0;
  for (const std::uint64_t word : words_) count += static_cast<std::size_t>(std::popcount(word));
  return count;
}

// Each mask becomes the one with the bit.
void MaskSet::add_bit(Words& words, int bit) {
  if (bit < kInWord) {
    for (std::uint64_t& word : words) word = (word & kWith[bit]) | ((word & ~kWith[bit]) << (1 << bit));
    return;
  }
  const std::size_t step = std::size_t{1} << (bit - kInWord);
  for (std::size_t block = 0; block < words.size(); block += 2 * step) {
    for (std::size_t i = block; i < block + step; ++i) {
      words[i + step] |= words[i];
      words[i] = 0;
    }
  }
}

// Adds those masks of `from` that have the bit, without it. Both may be the same.
void MaskSet::add_without_bit(Words& to, const Words& from, int bit) {
  if (bit < kInWord) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] |= (from[i] & kWith[bit]) >> (1 << bit);
    return;
  }
  const std::size_t step = std::size_t{1} << (bit - kInWord);
  for (std::size_t block = 0; block < to.size(); block += 2 * step) {
    for (std::size_t i = block; i < block + step; ++i) to[i] |= from[i + step];
  }
}

}  // namespace paddock::matrix
