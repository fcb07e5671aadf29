// Activity: the list of finished requests, in SQLite, kept by a thread of its own.
//
// In memory, or in a file that llama-swap could have written: its table `activity`, and beside it ours for
// what llama-swap does not know (docs/metrics.md). A file of any other layout is refused and not touched.
// Rows that follow each other within 200 ms are written together, but before each question all are written
// that are there: a page has every row that was added before it was asked for, and no row waits for more than
// one question. The queue is bounded: beyond it rows are lost and counted, and questions refused. A question
// that takes too long, or that the end comes upon, is broken off. A database that fails loses rows and never
// blocks anybody.
// Thread-safe but for open(), which comes first and once, and close(). Destroying it closes it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/result.h"
#include "paddock/metrics/rates.h"
#include "paddock/metrics/row.h"

namespace paddock::store {

using metrics::Row;
using metrics::WallTime;

enum class SortKey {
  kId,
  kTime,
  kModel,
  kPath,
  kStatus,
  kContentType,
  kCached,
  kPrompt,
  kGenerated,
  kDrafted,
  kPromptRate,
  kGenerationRate,
  kDuration
};

enum class Went { kAny, kWell, kWrong };  // wrong: with an error's code, or a status of 400 and more

struct PageQuery {
  std::vector<std::string> models;     // any of them; empty: all
  std::optional<WallTime> start, end;  // of the row's end, in whole seconds, inclusive
  std::optional<std::uint64_t> min_id, max_id;
  Went went = Went::kAny;
  SortKey sort = SortKey::kId;
  bool ascending = false;
  std::uint64_t limit = 25;
  std::uint64_t page = 1;
};

struct Page {
  std::vector<Row> rows;
  std::uint64_t total = 0;  // that fit the query, on all pages
};

struct Stats {
  std::uint64_t requests = 0;
  std::int64_t input_tokens = 0, output_tokens = 0, cached_tokens = 0;
  std::optional<metrics::RateBins> prompt, generation;
};

class Activity {
 public:
  struct Options {
    std::string path;                            // of the file; empty: in memory
    std::uint64_t most_in_memory = 1000;         // rows
    std::uint64_t most_in_file = 1'000'000;      // rows
    std::size_t most_queued = 16384;             // rows
    std::chrono::milliseconds most_asked{5000};  // that one question may take
    // Told the id of each row that was written, on the thread; may be empty.
    std::function<void(std::uint64_t)> stored{};
  };

  explicit Activity(Options options);
  ~Activity();
  Activity(const Activity&) = delete;
  Activity& operator=(const Activity&) = delete;

  // The error is a sentence. Until it succeeded rows are dropped and questions fail.
  Result<void, std::string> open();
  // Writes the rows that are queued, refuses the questions and ends the thread; from here on it is as before
  // open().
  void close();

  // The next row's id; never 0, never twice.
  std::uint64_t next_id();
  void add(const Row& row);
  void keep_in_memory(std::uint64_t rows);

  // The handler is called on the thread, or at once; an error is a sentence.
  void page(PageQuery query, std::function<void(Result<Page, std::string>)> handler);
  // Of one model, or of all if empty.
  void stats(std::string model, std::function<void(Result<Stats, std::string>)> handler);

  std::uint64_t dropped() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::store
