// Book: the lines of all models and of the daemon, to look things up in and to follow.
//
// For each model a tail, which forgets the oldest lines beyond its size, and for each launch the load report:
// all lines from its first one until some time after the model was ready, then those alone that tell what
// lies where (Tag kFit), until the report is full; it forgets nothing. Reports of the newest two launches of
// a model are kept, however long these live. The daemon's own lines have a tail like a model's, under the
// empty ModelId. A line is in one place only, so lines need no more memory than tails and reports may have.
//
// Not the raw bytes, which are a Channel's. Ids grow over all logs in the order in which lines were appended;
// a reader is only an id, so one that never reads costs nothing. Readers copy a bounded slice at a time, so a
// writer never waits for long. Thread-safe; its mutex is a leaf lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/ids.h"
#include "paddock/base/wall_time.h"
#include "paddock/logs/channel.h"
#include "paddock/logs/line.h"

namespace paddock::logs {

// Which logs a reader looks at; what is not set does not matter.
struct Scope {
  std::optional<ModelId> model;
  std::optional<Source> source;
  std::uint64_t launch = 0;
};

// What a slice holds at most; its last line may reach beyond the bytes. So little, because readers turn one
// after the other into text on threads that have requests to answer.
inline constexpr std::size_t kSliceLines = 64, kSliceBytes = 16 << 10;

struct Slice {
  std::vector<Line> lines;  // in the order of reading
  std::uint64_t next = 0;   // the id to go on from
  bool end = false;         // there is nothing beyond, now
  std::uint64_t lost = 0;   // forward: up to this id lines are missing that were forgotten; 0: none is
};

class Book {
 public:
  struct Options {
    std::size_t tail_bytes = 4 << 20;      // of each model; texts and 40 bytes for each line
    std::size_t report_bytes = 512 << 10;  // of each launch; likewise
    std::chrono::seconds report_after_ready{60};
    std::uint64_t first_id = 1;  // larger than any id of an earlier daemon, if readers may have seen one
  };

  Book();
  explicit Book(Options options);
  ~Book();
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;

  // Gives them ids. Wakes readers afterwards.
  void append(std::vector<Line> lines);
  // The launch became ready at `at`: its report closes a while later.
  void ready(const ModelId& model, Generation launch, WallTime at);
  void set_tail_bytes(std::size_t bytes);

  // The lines of a report, each ended by LF; empty for a launch that is unknown or was forgotten.
  std::string load_report(const ModelId& model, Generation launch) const;
  // The newest launch of the model that has printed or was ready; nothing if there was none.
  std::optional<Generation> newest_launch(const ModelId& model) const;

  // Lines with ids above `after`, the oldest first; below `before`, the newest first. A slice may be empty
  // before the end.
  Slice forward(std::uint64_t after, const Scope& scope) const;
  Slice backward(std::uint64_t before, const Scope& scope) const;
  std::uint64_t newest() const;  // id of the last line; first_id - 1 if there is none

 private:
  friend class BookReader;
  struct State;

  const std::unique_ptr<State> state_;
  Channel bell_{1};  // a byte for each append: its readers are woken like those of any channel
};

// BookReader follows a book. `wake` is called as a Reader's (channel.h): once, after a read() that found
// nothing, from the writing thread, also for lines out of scope. The book must outlive it; one owner.
class BookReader {
 public:
  BookReader(const Book& book, Scope scope, std::uint64_t after, std::function<void()> wake);

  // As Book::forward from where the last one ended. Empty and `end`: a wake will come.
  Slice read();
  std::uint64_t position() const { return after_; }

 private:
  const Book& book_;
  const Scope scope_;
  std::uint64_t after_;
  Reader bell_;
};

}  // namespace paddock::logs
