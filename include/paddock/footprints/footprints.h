// Footprints: what launches of the same command took, of memory and of time, learned from one and told before
// the next.
//
// Kept in an SQLite file that only its user may read, of 1000 entries at most, the newest. It holds no
// command line: an entry's key is a hash over the words, the environment and the size and time of change of
// every file among them, the program with them, so that another build or another file is something not yet
// known. A file that is damaged is set aside (FILE.broken); one that is something else, or of a later
// paddock, is left as it is and nothing is kept. Either is a sentence in the log, and nobody waits for a
// disk. One thread: the io_context's. Destroying it may drop what was learned last, and waits for nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/errands.h"

namespace paddock::footprints {

// Of 64 hexadecimal digits.
using Key = std::string;

struct Command {
  std::vector<std::string> words;        // with placeholders in place of what differs by launch
  std::vector<std::string> environment;  // `NAME=value`
  std::vector<std::string> files;        // paths that may be files; the others are passed over
};

// Looks at the files: slow or hanging with the file system. Any thread.
Key key_of(const Command& command);

// What is known of one launch; what is not given leaves what was learned before.
struct Footprint {
  std::map<std::string, std::uint64_t> devices{};  // bytes, by a name that stays: a UUID
  std::optional<std::uint64_t> ram{};
  std::optional<Duration> load{};  // from the start to its being ready
  std::optional<double> pace{};    // tokens per second of its fastest answers

  friend bool operator==(const Footprint&, const Footprint&) = default;
};

// `load` is what is expected: the median of the last five. `pace` moves half of the way with each launch.
using Learned = Footprint;

class Footprints {
 public:
  // An empty path: nothing is kept beyond this object's life. `opened` is called once, when what the file
  // holds is known; may be null.
  Footprints(boost::asio::io_context& context, std::string path, std::function<void()> opened = nullptr);
  ~Footprints();

  std::optional<Learned> find(const Key& key) const;
  void learn(const Key& key, const Footprint& footprint);

 private:
  struct Shared;

  std::map<Key, Learned> known_;
  std::map<Key, std::vector<Duration>> loads_;  // the newest last
  std::shared_ptr<Shared> shared_;              // with the thread that writes
  Errands errands_;
};

}  // namespace paddock::footprints
