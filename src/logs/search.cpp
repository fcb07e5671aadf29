#include "paddock/logs/search.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <utility>

#include "paddock/base/text.h"

namespace paddock::logs {

namespace {

bool has(const std::string& lower_line, const std::string& text) {
  return lower_line.find(to_lower(text)) != std::string::npos;
}

// One run over the lines in scope, in either direction.
class Scan {
 public:
  explicit Scan(const Query& query) : query_(query) {}

  // False, and nothing is taken, once the page is full.
  bool take(Line& line) {
    const bool matches = query_.filter.matches(line);
    const bool full = found_ >= std::max<std::size_t>(query_.limit, 1) || page_bytes_ >= kPageBytes;
    if (full && (matches || trail_ == 0)) return false;
    read_ += line.text.size() + sizeof(Line);
    if (read_ >= kSearchBytes) return false;
    last_ = line.id;
    if (matches) return keep_match(std::move(line));
    if (trail_ > 0) {
      --trail_;
      keep(std::move(line), true);
    } else if (query_.context > 0) {
      if (held_.size() == query_.context) held_.pop_front();
      held_.push_back(std::move(line));
    }
    return true;
  }

  std::uint64_t last() const { return last_; }  // the id that was taken last
  std::vector<Page::Row> rows() { return std::move(rows_); }

 private:
  bool keep_match(Line line) {
    for (Line& near : held_) keep(std::move(near), true);
    held_.clear();
    keep(std::move(line), false);
    ++found_;
    trail_ = query_.context;
    return true;
  }
  void keep(Line line, bool context) {
    page_bytes_ += line.text.size();
    rows_.push_back({std::move(line), context});
  }

  const Query& query_;
  std::vector<Page::Row> rows_;
  std::deque<Line> held_;  // in scope, may become context
  std::size_t found_ = 0, trail_ = 0, read_ = 0, page_bytes_ = 0;
  std::uint64_t last_ = 0;
};

}  // namespace

struct Search::Run {
  Run(const Book& from, Query what)
      : book(from), query(std::move(what)), scan(query), forward(query.after && !query.before) {
    const std::uint64_t newest = book.newest();
    at = begin = forward ? *query.after : std::min(query.before.value_or(newest + 1), newest + 1);
  }

  bool step_forward();
  bool step_back();

  const Book& book;
  const Query query;
  Scan scan;
  const bool forward;
  std::uint64_t begin = 0, at = 0;
  Page page;
};

bool Search::Run::step_forward() {
  Slice slice = book.forward(at, query.filter.scope);
  at = slice.next;
  for (Line& line : slice.lines) {
    if (scan.take(line)) continue;
    page.more = true;
    at = std::max(scan.last(), begin);
    return false;
  }
  return !slice.end;
}

bool Search::Run::step_back() {
  Slice slice = book.backward(at, query.filter.scope);
  at = slice.next;
  for (Line& line : slice.lines) {
    if (query.after && line.id <= *query.after) return false;
    if (scan.take(line)) continue;
    page.more = true;
    page.before = scan.last() != 0 ? scan.last() : begin;
    return false;
  }
  return !slice.end;
}

Search::Search(const Book& book, Query query) : run_(std::make_unique<Run>(book, std::move(query))) {}

Search::~Search() = default;

bool Search::step() { return run_->forward ? run_->step_forward() : run_->step_back(); }

Page Search::page() {
  Page page = std::move(run_->page);
  page.rows = run_->scan.rows();
  if (run_->forward) {
    page.after = run_->at;
    page.before = page.rows.empty() ? run_->begin : page.rows.front().line.id;
    if (*page.before == 0) page.before.reset();
  } else {
    std::reverse(page.rows.begin(), page.rows.end());
    page.after = run_->begin > 0 ? run_->begin - 1 : 0;
  }
  return page;
}

bool Filter::matches(const Line& line) const {
  if (line.level < at_least || (tags != 0 && (line.tags & tags) == 0)) return false;
  if (since || until) {
    const Millis time = std::chrono::floor<std::chrono::milliseconds>(line.time);
    if ((since && time < *since) || (until && time > *until)) return false;
  }
  if (!text.empty() || !without.empty()) {
    const std::string lower = to_lower(line.text);
    if (!text.empty() && !has(lower, text)) return false;
    if (!without.empty() && has(lower, without)) return false;
  }
  return !pattern || pattern->found_in(line.text);
}

Page search(const Book& book, const Query& query) {
  Search run(book, query);
  while (run.step()) {
  }
  return run.page();
}

}  // namespace paddock::logs
