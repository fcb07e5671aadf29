// Tape: lines of one log in blocks of memory, the oldest forgotten block by block. No lock of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "paddock/logs/line.h"

namespace paddock::logs {

class Tape {
 public:
  struct Entry {
    std::uint64_t id;
    WallTime time;
    std::uint64_t launch;
    std::uint32_t begin, size;  // of the text in its block
    Source source;
    Level level;
    Tags tags;
  };

  // A place between two lines.
  struct Spot {
    std::size_t block = 0, entry = 0;
  };

  void push(const Line& line);
  // Forgets until not more than this is held, block by block; the newest block stays.
  void shrink(std::size_t bytes);

  // What lies beyond a place, or null at the end of the tape; the way to the next one.
  const Entry* after(Spot spot) const;
  const Entry* before(Spot spot) const;
  void step(Spot& spot) const;
  void step_back(Spot& spot) const;
  Spot behind(std::uint64_t id) const;  // all ids up to this one lie before it
  Line line(const Entry& entry, Spot block_of) const;
  // The texts, each ended by LF.
  std::string text() const;

  // What it holds and what a line adds to that: its text and its entry.
  std::size_t cost() const { return cost_; }
  static std::size_t cost_of(const Line& line) { return line.text.size() + sizeof(Entry); }
  std::uint64_t forgotten() const { return forgotten_; }  // the highest id; 0 if none was

 private:
  struct Block {
    std::vector<Entry> entries;
    std::string text;

    std::size_t cost() const { return text.size() + entries.size() * sizeof(Entry); }
  };

  std::deque<Block> blocks_;  // none is empty
  std::size_t cost_ = 0, text_bytes_ = 0;
  std::uint64_t forgotten_ = 0;
};

}  // namespace paddock::logs
