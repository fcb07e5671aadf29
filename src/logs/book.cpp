#include "paddock/logs/book.h"

#include <algorithm>
#include <utility>

#include "tape.h"

namespace paddock::logs {

namespace {

constexpr std::size_t kAppendLines = 256;  // under one lock
constexpr std::size_t kReportsKept = 2;

// Where a reader stands on one tape.
struct Place {
  const Tape* tape;
  const ModelId* model;
  Tape::Spot spot;
};

struct Report {
  std::uint64_t launch = 0;
  std::optional<WallTime> closes;
  Tape tape;
};

struct Log {
  Tape tail;
  std::vector<Report> reports;  // by launch

  Report* report(std::uint64_t launch);
};

// Null for a launch whose report is not kept any more.
Report* Log::report(std::uint64_t launch) {
  const auto found = std::find_if(reports.begin(), reports.end(),
                                  [launch](const Report& one) { return one.launch == launch; });
  if (found != reports.end()) return &*found;
  if (launch == 0 || (!reports.empty() && launch < reports.back().launch)) return nullptr;
  if (reports.size() == kReportsKept) reports.erase(reports.begin());
  reports.push_back({launch, std::nullopt, {}});
  return &reports.back();
}

bool takes(const Report& report, const Line& line, std::size_t most) {
  if (report.tape.cost() + Tape::cost_of(line) > most) return false;
  return !report.closes || line.time <= *report.closes || (line.tags & kFit) != 0;
}

bool in_scope(const ModelId& model, const Scope& scope) {
  if (scope.model && *scope.model != model) return false;
  return !scope.source || (*scope.source == Source::kProxy) == model.str().empty();
}

}  // namespace

struct Book::State {
  explicit State(const Options& wanted)
      : options(wanted), tail_bytes(wanted.tail_bytes), last(wanted.first_id - 1) {}

  void push(Line& line);
  std::vector<Place> places(std::uint64_t behind, const Scope& scope) const;
  std::uint64_t lost_since(std::uint64_t after, const Scope& scope) const;

  const Options options;
  mutable std::mutex mutex;
  // The rest is guarded by mutex.
  std::size_t tail_bytes;
  std::uint64_t last;
  std::map<ModelId, Log> logs;
};

void Book::State::push(Line& line) {
  line.id = ++last;
  Log& log = logs[line.model];
  Report* const report = log.report(line.launch);
  if (report && takes(*report, line, options.report_bytes)) return report->tape.push(line);
  log.tail.push(line);
  log.tail.shrink(tail_bytes);
}

std::vector<Place> Book::State::places(std::uint64_t behind, const Scope& scope) const {
  std::vector<Place> out;
  const auto add = [&](const Tape& tape, const ModelId& model) {
    out.push_back({&tape, &model, tape.behind(behind)});
  };
  for (const auto& [model, log] : logs) {
    if (!in_scope(model, scope)) continue;
    add(log.tail, model);
    for (const Report& report : log.reports) add(report.tape, model);
  }
  return out;
}

std::uint64_t Book::State::lost_since(std::uint64_t after, const Scope& scope) const {
  std::uint64_t found = options.first_id - 1;  // of earlier daemons
  for (const auto& [model, log] : logs) {
    if (in_scope(model, scope)) found = std::max(found, log.tail.forgotten());
  }
  return found > after ? found : 0;
}

Book::Book() : Book(Options{}) {}

Book::Book(Options options) : state_(std::make_unique<State>(options)) {}

Book::~Book() = default;

void Book::append(std::vector<Line> lines) {
  if (lines.empty()) return;
  for (std::size_t at = 0; at < lines.size();) {
    const std::lock_guard lock(state_->mutex);
    for (const std::size_t stop = std::min(at + kAppendLines, lines.size()); at < stop; ++at)
      state_->push(lines[at]);
  }
  bell_.write("!");
}

void Book::ready(const ModelId& model, Generation launch, WallTime at) {
  const std::lock_guard lock(state_->mutex);
  Report* const report = state_->logs[model].report(launch.value);
  if (report) report->closes = at + state_->options.report_after_ready;
}

void Book::set_tail_bytes(std::size_t bytes) {
  const std::lock_guard lock(state_->mutex);
  state_->tail_bytes = bytes;
  for (auto& [model, log] : state_->logs) log.tail.shrink(bytes);
}

std::string Book::load_report(const ModelId& model, Generation launch) const {
  const std::lock_guard lock(state_->mutex);
  const auto log = state_->logs.find(model);
  if (log == state_->logs.end()) return {};
  for (const Report& report : log->second.reports) {
    if (report.launch == launch.value) return report.tape.text();
  }
  return {};
}

std::optional<Generation> Book::newest_launch(const ModelId& model) const {
  const std::lock_guard lock(state_->mutex);
  const auto log = state_->logs.find(model);
  if (log == state_->logs.end() || log->second.reports.empty()) return std::nullopt;
  return Generation{log->second.reports.back().launch};
}

Slice Book::forward(std::uint64_t after, const Scope& scope) const {
  Slice slice;
  slice.next = after;
  const std::lock_guard lock(state_->mutex);
  std::vector<Place> places = state_->places(after, scope);
  slice.lost = state_->lost_since(after, scope);
  std::size_t bytes = 0;
  for (std::size_t seen = 0; seen < kSliceLines && bytes < kSliceBytes; ++seen) {
    Place* first = nullptr;
    for (Place& place : places) {
      const Tape::Entry* entry = place.tape->after(place.spot);
      if (entry && (!first || entry->id < first->tape->after(first->spot)->id)) first = &place;
    }
    if (!first) {
      // Everything up to here was looked at, so the next reading need not.
      slice.next = std::max(after, state_->last);
      slice.end = true;
      return slice;
    }
    const Tape::Entry& entry = *first->tape->after(first->spot);
    slice.next = entry.id;
    if (scope.launch == 0 || scope.launch == entry.launch) {
      slice.lines.push_back(first->tape->line(entry, first->spot));
      slice.lines.back().model = *first->model;
      bytes += entry.size;
    }
    first->tape->step(first->spot);
  }
  return slice;
}

Slice Book::backward(std::uint64_t before, const Scope& scope) const {
  Slice slice;
  slice.next = before;
  slice.end = before == 0;
  if (slice.end) return slice;
  const std::lock_guard lock(state_->mutex);
  std::vector<Place> places = state_->places(before - 1, scope);
  std::size_t bytes = 0;
  for (std::size_t seen = 0; seen < kSliceLines && bytes < kSliceBytes; ++seen) {
    Place* last = nullptr;
    for (Place& place : places) {
      const Tape::Entry* entry = place.tape->before(place.spot);
      if (entry && (!last || entry->id > last->tape->before(last->spot)->id)) last = &place;
    }
    slice.end = last == nullptr;
    if (slice.end) return slice;
    last->tape->step_back(last->spot);
    const Tape::Entry& entry = *last->tape->after(last->spot);
    slice.next = entry.id;
    if (scope.launch != 0 && scope.launch != entry.launch) continue;
    slice.lines.push_back(last->tape->line(entry, last->spot));
    slice.lines.back().model = *last->model;
    bytes += entry.size;
  }
  return slice;
}

std::uint64_t Book::newest() const {
  const std::lock_guard lock(state_->mutex);
  return state_->last;
}

BookReader::BookReader(const Book& book, Scope scope, std::uint64_t after, std::function<void()> wake)
    : book_(book), scope_(std::move(scope)), after_(after), bell_(book.bell_, 0, std::move(wake)) {}

Slice BookReader::read() {
  for (;;) {
    Slice slice = book_.forward(after_, scope_);
    after_ = slice.next;
    // What came between the two reads has rung.
    if (!slice.lines.empty() || !slice.end || bell_.read(1).bytes.empty()) return slice;
  }
}

}  // namespace paddock::logs
