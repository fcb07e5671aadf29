// Looking lines up in a Book: what matches a filter, page by page in both directions. Any thread; a search
// reads at most kSearchBytes, and its page says where to go on.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/pattern.h"
#include "paddock/logs/book.h"
#include "paddock/logs/line.h"

namespace paddock::logs {

inline constexpr std::size_t kSearchBytes = 64 << 20;
inline constexpr std::size_t kPageBytes = 1 << 20;  // texts of a page

using Millis = std::chrono::sys_time<std::chrono::milliseconds>;

// All that is set must hold. Texts are found in any case (of ASCII).
struct Filter {
  Scope scope;
  std::string text;     // is in the line
  std::string without;  // is not in the line
  std::optional<Pattern> pattern;
  Tags tags = 0;  // one of them at least
  Level at_least = Level::kDebug;
  std::optional<Millis> since, until;  // both inclusive

  bool matches(const Line& line) const;
};

struct Query {
  Filter filter;
  std::size_t limit = 200;              // matching lines
  std::size_t context = 0;              // lines in scope before and after each, which need not match
  std::optional<std::uint64_t> before;  // only lines with lower ids, the newest of them
  std::optional<std::uint64_t>
      after;  // only lines with higher ids, the oldest of them unless `before` is set
};

struct Page {
  struct Row {
    Line line;
    bool context = false;
  };

  std::vector<Row> rows;                // by id
  std::optional<std::uint64_t> before;  // for the page of older lines; nothing if there are none
  std::uint64_t after = 0;              // for the page of newer lines, also of those to come
  bool more = false;                    // in the direction of the search there may be more
};

// A search in steps, for a thread that has other things to do. The book must outlive it. One owner.
class Search {
 public:
  Search(const Book& book, Query query);
  ~Search();

  // Looks at one slice of the book; false once the page is complete.
  bool step();
  Page page();  // once, when it is

 private:
  struct Run;
  std::unique_ptr<Run> run_;
};

Page search(const Book& book, const Query& query);

}  // namespace paddock::logs
