#include "paddock/store/activity.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "paddock/base/blocked_signals.h"
#include "paddock/base/clock.h"
#include "row_queue.h"
#include "rows.h"
#include "schema.h"

namespace paddock::store {

using sqlite::Database;

namespace {

// More questions than these wait for nothing but a disk that hangs.
constexpr std::size_t kMostQuestions = 64;
// Requests that end one after the other are written together. The list in memory forgets most of a busy
// daemon's at once, and those need not be written at all.
constexpr Duration kPause = std::chrono::milliseconds(200);

// Steps of SQLite's machine between two looks at the time: some 0.1 ms.
constexpr int kStepsAtOnce = 10'000;

constexpr const char* kBusy = "the activity list cannot keep up with what it is asked; ask again";

}  // namespace

class Activity::Impl {
 public:
  using Question = std::function<void(Database*)>;  // null: it is not answered any more

  explicit Impl(Options options) : options_(std::move(options)), most_in_memory_(options_.most_in_memory) {}

  ~Impl() { close(); }

  Result<void, std::string> open();
  void close();
  void add(const Row& row);
  void ask(Question question);

  const Options options_;
  std::atomic<std::uint64_t> last_id_{0};
  std::atomic<std::uint64_t> most_in_memory_;
  std::atomic<std::uint64_t> dropped_{0};

 private:
  struct Batch {
    RowQueue rows;
    std::deque<Question> questions;  // asked after the rows; taken one at a time
  };

  bool take(Batch& batch);
  void run();
  void answer(const Question& question);
  void write(std::span<const Row> rows);
  // They do not wait until the pause is over.
  std::size_t many() const { return std::max<std::size_t>(options_.most_queued / 2, 1); }
  std::uint64_t most() const {
    return options_.path.empty() ? most_in_memory_.load(std::memory_order_relaxed) : options_.most_in_file;
  }

  Database database_;  // the thread's, from open() on
  std::mutex mutex_;
  std::condition_variable changed_;
  Batch queued_;                   // guarded by mutex_
  bool open_ = false;              // likewise
  std::atomic<bool> ends_{false};  // set under mutex_
  bool failing_ = false;
  TimePoint next_write_{};  // the thread's
  std::thread thread_;
};

Result<void, std::string> Activity::Impl::open() {
  const std::string& path = options_.path;
  if (!path.empty()) {
    if (auto known = check_file(path); !known) return known;
  }
  const std::string what = "the activity list cannot be kept in store.path `" + path + "`: ";
  auto ready = database_.open(path.empty() ? ":memory:" : path, {sqlite::Access::kCreate});
  // With its log beside it a writer and readers do not wait for each other.
  if (ready && !path.empty()) ready = database_.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  if (ready) ready = make_tables(database_);
  if (!ready) return what + ready.error();
  last_id_ = last_id(database_);
  open_ = true;
  const BlockedSignals blocked;
  thread_ = std::thread([this] { run(); });
  return {};
}

void Activity::Impl::close() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
    open_ = false;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Activity::Impl::add(const Row& row) {
  std::size_t waiting = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!open_ || queued_.rows.size() >= options_.most_queued) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    queued_.rows.push(row);
    waiting = queued_.rows.size();
  }
  if (waiting == 1 || waiting == many()) changed_.notify_one();
}

void Activity::Impl::ask(Question question) {
  {
    const std::lock_guard lock(mutex_);
    if (open_ && queued_.questions.size() < kMostQuestions) {
      queued_.questions.push_back(std::move(question));
      question = nullptr;
    }
  }
  if (question) return question(nullptr);
  changed_.notify_one();
}

// False: the end has come, and nothing is left to do.
bool Activity::Impl::take(Batch& batch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ends_ || !queued_.rows.empty() || !queued_.questions.empty(); });
  changed_.wait_until(lock, next_write_, [this] {
    return ends_ || !queued_.questions.empty() || queued_.rows.size() >= many();
  });
  batch.rows.clear();
  batch.questions.clear();
  std::swap(batch.rows, queued_.rows);
  if (ends_) {
    batch.questions.swap(queued_.questions);
  } else if (!queued_.questions.empty()) {
    batch.questions.push_back(std::move(queued_.questions.front()));
    queued_.questions.pop_front();
  }
  return !ends_ || !batch.rows.empty() || !batch.questions.empty();
}

void Activity::Impl::run() {
  for (Batch batch; take(batch);) {
    if (!batch.rows.empty()) write(batch.rows.rows());
    for (const Question& question : batch.questions) answer(question);
  }
}

void Activity::Impl::answer(const Question& question) {
  if (ends_) return question(nullptr);
  const auto until = std::chrono::steady_clock::now() + options_.most_asked;
  const Database::Limit limit(database_, kStepsAtOnce,
                              [this, until] { return ends_ || std::chrono::steady_clock::now() > until; });
  question(&database_);
}

void Activity::Impl::write(std::span<const Row> rows) {
  const std::uint64_t kept = most();
  if (rows.size() > kept) rows = rows.last(kept);
  const auto written = write_rows(database_, rows, kept);
  if (!written) {
    dropped_.fetch_add(rows.size(), std::memory_order_relaxed);
    if (!std::exchange(failing_, true)) spdlog::warn("the activity list loses requests: {}", written.error());
    return;
  }
  failing_ = false;
  next_write_ = steady_now() + kPause;
  if (!options_.stored) return;
  for (const Row& row : rows) options_.stored(row.id);
}

Activity::Activity(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Activity::~Activity() = default;

Result<void, std::string> Activity::open() { return impl_->open(); }

void Activity::close() { impl_->close(); }

std::uint64_t Activity::next_id() { return impl_->last_id_.fetch_add(1, std::memory_order_relaxed) + 1; }

void Activity::add(const Row& row) { impl_->add(row); }

void Activity::keep_in_memory(std::uint64_t rows) { impl_->most_in_memory_ = rows; }

void Activity::page(PageQuery query, std::function<void(Result<Page, std::string>)> handler) {
  impl_->ask([query = std::move(query), handler = std::move(handler)](Database* database) {
    if (!database) return handler(std::string(kBusy));
    handler(read_page(*database, query));
  });
}

void Activity::stats(std::string model, std::function<void(Result<Stats, std::string>)> handler) {
  impl_->ask([model = std::move(model), handler = std::move(handler)](Database* database) {
    if (!database) return handler(std::string(kBusy));
    handler(read_stats(*database, model));
  });
}

std::uint64_t Activity::dropped() const { return impl_->dropped_.load(std::memory_order_relaxed); }

}  // namespace paddock::store
