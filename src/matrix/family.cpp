#include "family.h"

#include <algorithm>
#include <bit>

#include "mask_set.h"

namespace paddock::matrix {

namespace {

// So many are left of a family when there are too many states; more of the smaller one in a product, so that
// a plain choice between models stays whole.
constexpr std::size_t kShort = 16;
constexpr std::size_t kShortOfSmaller = 128;
// Families up to this size are compared each with each, larger ones by a table.
constexpr std::size_t kFew = 256;
constexpr int kMaxTableBits = 17;
// Products of so many pairs are made by bitmap, if the masks are short enough.
constexpr std::size_t kManyPairs = 256;
// A product is pruned whenever it has grown by so much.
constexpr std::size_t kChunk = 1 << 16;

std::uint64_t low(Mask mask) { return static_cast<std::uint64_t>(mask); }
std::uint64_t high(Mask mask) { return static_cast<std::uint64_t>(mask >> 64); }

Mask union_of(const Family& family) {
  Mask all = 0;
  for (const State& state : family) all |= state.mask;
  return all;
}

// Where masks that differ in their shared bits stand in a table.
class Places {
 public:
  explicit Places(Mask shared)
      : shared_(shared), plain_(width() <= std::min(count_bits(shared) + 2, kMaxTableBits)) {}

  // Where most bits are shared, as with few running models, they need not be moved together.
  int bits() const { return plain_ ? width() : count_bits(shared_); }
  std::size_t of(Mask mask) const { return plain_ ? low(mask & shared_) : squeezed(mask); }

 private:
  int width() const {
    return high(shared_) != 0 ? 128 - std::countl_zero(high(shared_)) : 64 - std::countl_zero(low(shared_));
  }

  std::size_t squeezed(Mask mask) const {
    std::size_t out = 0, to = 1;
    for (Mask rest = shared_; rest != 0; rest &= rest - 1, to *= 2) {
      if ((mask & rest & (~rest + 1)) != 0) out |= to;
    }
    return out;
  }

  Mask shared_;
  bool plain_;
};

// Afterwards each entry holds the greatest one of all that have its bits.
void spread_to_subsets(std::vector<std::uint32_t>& table) {
  for (std::size_t step = 1; step < table.size(); step *= 2) {
    for (std::size_t block = 0; block < table.size(); block += 2 * step) {
      for (std::size_t i = block; i < block + step; ++i) table[i] = std::max(table[i], table[i + step]);
    }
  }
}

// Of those with the same outer bits only the best stays.
void drop_twins(Family& family, Mask outer) {
  std::sort(family.begin(), family.end(), [&](const State& a, const State& b) {
    return (a.mask & outer) != (b.mask & outer) ? (a.mask & outer) < (b.mask & outer) : a.own > b.own;
  });
  const auto twins = [&](const State& a, const State& b) { return (a.mask & outer) == (b.mask & outer); };
  family.erase(std::unique(family.begin(), family.end(), twins), family.end());
}

void sort_best_first(Family& family) {
  std::sort(family.begin(), family.end(),
            [](const State& a, const State& b) { return a.own != b.own ? a.own > b.own : a.mask > b.mask; });
}

}  // namespace

int count_bits(Mask mask) { return std::popcount(low(mask)) + std::popcount(high(mask)); }

int lowest_bit(Mask mask) {
  return low(mask) != 0 ? std::countr_zero(low(mask)) : 64 + std::countr_zero(high(mask));
}

Worth Families::worth(Mask mask) const {
  Worth out{0, mask};
  for (std::uint64_t rest = low(mask); rest != 0; rest &= rest - 1) {
    out.weight += weights_[static_cast<std::size_t>(std::countr_zero(rest))];
  }
  for (std::uint64_t rest = high(mask); rest != 0; rest &= rest - 1) {
    out.weight += weights_[64 + static_cast<std::size_t>(std::countr_zero(rest))];
  }
  return out;
}

Mask Families::best(const Family& family) const {
  Worth best;
  for (const State& state : family) best = std::max(best, worth(state.mask));
  return best.mask;
}

void Families::unite(Family& family, const Family& other) {
  if (other.size() > 1 && !take(other.size())) {
    Family some = other;
    shorten(some, kShort);
    family.insert(family.end(), some.begin(), some.end());
    return;
  }
  family.insert(family.end(), other.begin(), other.end());
}

Family Families::join(Family left, Family right, Mask outer) {
  if (left.size() > 1 && right.size() > 1 && !take(left.size() * right.size())) {
    if (left.size() < right.size()) left.swap(right);
    shorten(left, kShort);
    shorten(right, kShortOfSmaller);
  }
  const Mask all = union_of(left) | union_of(right);
  if (left.size() * right.size() >= kManyPairs && all < bit(kMaxTableBits)) {
    return left.size() < right.size() ? join_by_bits(right, left, all, outer)
                                      : join_by_bits(left, right, all, outer);
  }
  Family out;
  std::size_t limit = kChunk;
  for (const State& a : left) {
    for (const State& b : right) {
      out.push_back({a.mask | b.mask, {}});
      if (out.size() < limit) continue;
      prune(out, outer);
      limit = std::max(kChunk, 2 * out.size());
    }
  }
  prune(out, outer);
  return out;
}

// A mask that is a part of another is never better, whichever bits are outer.
Family Families::join_by_bits(const Family& left, const Family& right, Mask all, Mask outer) {
  Mask base = all;  // what all of one side have, and so every product: the target, mostly
  for (const State& state : left) base &= state.mask;
  const auto rest = [base](const State& state) { return static_cast<std::uint32_t>(state.mask & ~base); };
  const int bits = std::bit_width(low(all & ~base));
  MaskSet members(bits), joined(bits);
  for (const State& state : left) members.insert(rest(state));
  for (const State& state : right) joined.insert_joined(members, rest(state));
  joined.keep_maximal();
  Family out;
  out.reserve(joined.size());
  Mask common = all;
  joined.each([&](std::uint32_t mask) {
    out.push_back({base | mask, {}});
    common &= base | mask;
  });
  // What all of them have makes nobody better than another.
  if ((all & ~outer & ~common) != 0) prune(out, outer);
  return out;
}

bool Families::take(std::size_t states) {
  if (states > max_states_ - states_) return false;
  states_ += states;
  return true;
}

// Every member that is left is still one, and the best holds the target if any does: it weighs most.
void Families::shorten(Family& family, std::size_t size) {
  if (family.size() <= size) return;
  exact_ = false;
  for (State& state : family) state.own = worth(state.mask);
  sort_best_first(family);
  family.resize(size);
}

void Families::prune(Family& family, Mask outer) {
  for (State& state : family) state.own = worth(state.mask & ~outer);
  if (family.size() < 2) return;
  const Mask shared = outer & union_of(family);
  if (family.size() > kFew && count_bits(shared) <= kMaxTableBits) return prune_by_table(family, shared);
  if (family.size() > kFew) drop_twins(family, outer);
  sort_best_first(family);
  prune_few(family, outer);
}

// Compares with the best only, where there are many: what is kept for nothing costs time, not correctness.
void Families::prune_few(Family& family, Mask outer) const {
  std::size_t kept = 0;
  for (const State& state : family) {
    const auto compared = family.begin() + static_cast<std::ptrdiff_t>(std::min(kept, kFew));
    const auto is_better = [&](const State& other) { return (state.mask & outer & ~other.mask) == 0; };
    if (std::none_of(family.begin(), compared, is_better)) family[kept++] = state;
  }
  family.resize(kept);
}

void Families::prune_by_table(Family& family, Mask shared) {
  const Places places(shared);
  table_.assign(std::size_t{1} << places.bits(), 0);
  for (std::uint32_t i = 0; i < family.size(); ++i) {
    std::uint32_t& best = table_[places.of(family[i].mask)];
    if (best == 0 || family[best - 1].own < family[i].own) best = i + 1;
  }
  Family found;
  for (const std::uint32_t best : table_) {
    if (best != 0) found.push_back(family[best - 1]);
  }
  sort_best_first(found);
  std::fill(table_.begin(), table_.end(), 0);
  const auto rank = [&](std::size_t i) { return static_cast<std::uint32_t>(found.size() - i); };
  for (std::size_t i = 0; i < found.size(); ++i) table_[places.of(found[i].mask)] = rank(i);
  spread_to_subsets(table_);
  family.clear();
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (table_[places.of(found[i].mask)] == rank(i)) family.push_back(found[i]);
  }
}

}  // namespace paddock::matrix
