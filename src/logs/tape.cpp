#include "tape.h"

#include <algorithm>
#include <string_view>

namespace paddock::logs {

namespace {

constexpr std::size_t kBlockBytes = 64 << 10;

}  // namespace

void Tape::push(const Line& line) {
  if (blocks_.empty() || blocks_.back().cost() >= kBlockBytes) {
    if (!blocks_.empty()) {
      blocks_.back().entries.shrink_to_fit();
      blocks_.back().text.shrink_to_fit();
    }
    blocks_.emplace_back();
  }
  Block& block = blocks_.back();
  const auto begin = static_cast<std::uint32_t>(block.text.size());
  const auto size = static_cast<std::uint32_t>(line.text.size());
  block.entries.push_back({line.id, line.time, line.launch, begin, size, line.source, line.level, line.tags});
  block.text += line.text;
  cost_ += cost_of(line);
  text_bytes_ += line.text.size() + 1;
}

void Tape::shrink(std::size_t bytes) {
  while (cost_ > bytes && blocks_.size() > 1) {
    const Block& oldest = blocks_.front();
    cost_ -= oldest.cost();
    text_bytes_ -= oldest.text.size() + oldest.entries.size();
    forgotten_ = oldest.entries.back().id;
    blocks_.pop_front();
  }
}

const Tape::Entry* Tape::after(Spot spot) const {
  return spot.block < blocks_.size() ? &blocks_[spot.block].entries[spot.entry] : nullptr;
}

const Tape::Entry* Tape::before(Spot spot) const {
  if (spot.entry > 0) return &blocks_[spot.block].entries[spot.entry - 1];
  return spot.block > 0 ? &blocks_[spot.block - 1].entries.back() : nullptr;
}

void Tape::step(Spot& spot) const {
  if (++spot.entry < blocks_[spot.block].entries.size()) return;
  spot = {spot.block + 1, 0};
}

void Tape::step_back(Spot& spot) const {
  if (spot.entry == 0) spot = {spot.block - 1, blocks_[spot.block - 1].entries.size()};
  --spot.entry;
}

Tape::Spot Tape::behind(std::uint64_t id) const {
  const auto block = std::partition_point(blocks_.begin(), blocks_.end(),
                                          [id](const Block& one) { return one.entries.back().id <= id; });
  const auto index = static_cast<std::size_t>(block - blocks_.begin());
  if (block == blocks_.end()) return {index, 0};
  const auto entry = std::partition_point(block->entries.begin(), block->entries.end(),
                                          [id](const Entry& one) { return one.id <= id; });
  return {index, static_cast<std::size_t>(entry - block->entries.begin())};
}

Line Tape::line(const Entry& entry, Spot block_of) const {
  return {
      entry.id,     entry.time,  {},         entry.launch,
      entry.source, entry.level, entry.tags, blocks_[block_of.block].text.substr(entry.begin, entry.size)};
}

std::string Tape::text() const {
  std::string out;
  out.reserve(text_bytes_);
  for (const Block& block : blocks_) {
    for (const Entry& entry : block.entries) {
      out.append(std::string_view(block.text).substr(entry.begin, entry.size)).push_back('\n');
    }
  }
  return out;
}

}  // namespace paddock::logs
