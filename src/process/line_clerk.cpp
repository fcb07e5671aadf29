#include "line_clerk.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "paddock/base/blocked_signals.h"
#include "paddock/base/wall_time.h"

namespace paddock::process {

namespace {

// Small blocks are joined up to this size, so that an item for each byte cannot fill memory.
constexpr std::size_t kItemBytes = 64 << 10;
// Engines, the pump and the workers go first where there are fewer cores than work.
constexpr int kNice = 10;

WallTime now() { return std::chrono::system_clock::now(); }

}  // namespace

struct LineClerk::Item {
  std::string block;
  WallTime time;
  bool watched = false;
  std::uint64_t skipped = 0;  // or this many bytes were dropped here
  bool end = false;           // or there is no more
  std::function<void()> done;
};

class LineClerk::Desk {
 public:
  Desk(logs::LaunchLog log, std::shared_ptr<FatalWatch> watch)
      : log_(std::move(log)), watch_(std::move(watch)) {}

 private:
  friend class LineClerk;

  logs::LaunchLog log_;  // its lines: the clerk's thread only
  const std::shared_ptr<FatalWatch> watch_;
  // The rest is guarded by the clerk's mutex.
  std::deque<Item> items_;
  std::size_t bytes_ = 0;  // in items
  std::uint64_t skipped_ = 0;
  bool queued_ = false;
};

LineClerk::LineClerk(Duration last_words) : last_words_(last_words) {
  const BlockedSignals blocked;
  thread_ = std::thread([this] { run(); });
}

LineClerk::~LineClerk() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    until_ = steady_now() + last_words_;
  }
  work_.notify_one();
  thread_.join();
}

LineClerk::DeskPtr LineClerk::open(logs::LaunchLog log, std::shared_ptr<FatalWatch> watch) {
  return std::make_shared<Desk>(std::move(log), std::move(watch));
}

void LineClerk::give(const DeskPtr& desk, std::string_view block) {
  desk->log_.write_raw(block);
  const bool watched = desk->watch_ && desk->watch_->armed();
  const std::lock_guard lock(mutex_);
  const std::size_t most = desk->skipped_ > 0 ? kBacklogBytes / 2 : kBacklogBytes;
  if (desk->bytes_ + block.size() > most) {
    desk->skipped_ += block.size();
    return;
  }
  put_skipped(desk);
  desk->bytes_ += block.size();
  if (!desk->items_.empty()) {
    Item& last = desk->items_.back();
    const bool joins = !last.block.empty() && last.watched == watched;
    if (joins && last.block.size() + block.size() <= kItemBytes) {
      last.block.append(block);
      return;
    }
  }
  put(desk, {std::string(block), now(), watched, 0, false, nullptr});
}

void LineClerk::close(const DeskPtr& desk) {
  const std::lock_guard lock(mutex_);
  put_skipped(desk);
  put(desk, {{}, now(), false, 0, true, nullptr});
}

void LineClerk::when_read(const DeskPtr& desk, std::function<void()> done) {
  const std::lock_guard lock(mutex_);
  put_skipped(desk);
  put(desk, {{}, now(), false, 0, false, std::move(done)});
}

void LineClerk::put_skipped(const DeskPtr& desk) {
  const std::uint64_t skipped = std::exchange(desk->skipped_, 0);
  if (skipped > 0) put(desk, {{}, now(), false, skipped, false, nullptr});
}

void LineClerk::put(const DeskPtr& desk, Item item) {
  desk->items_.push_back(std::move(item));
  queue(desk);
}

void LineClerk::queue(const DeskPtr& desk) {
  if (std::exchange(desk->queued_, true)) return;
  turns_.push_back(desk);
  work_.notify_one();
}

void LineClerk::run() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kNice);
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [this] { return stopping_ || !turns_.empty(); });
    if (turns_.empty() || (stopping_ && steady_now() >= until_)) return;
    const DeskPtr desk = std::move(turns_.front());
    turns_.pop_front();
    Item item = std::move(desk->items_.front());
    desk->items_.pop_front();
    lock.unlock();
    read(*desk, item);
    lock.lock();
    desk->bytes_ -= item.block.size();
    desk->queued_ = false;
    // A flood may end with what was dropped, and nothing comes after it.
    if (desk->items_.empty()) put_skipped(desk);
    if (!desk->items_.empty()) queue(desk);
  }
}

void LineClerk::read(Desk& desk, Item& item) {
  if (item.skipped > 0) return desk.log_.skip_lines(item.skipped);
  if (item.end) return desk.log_.finish();
  if (item.done) return item.done();
  desk.log_.write_lines(item.block, item.time);
  if (item.watched) desk.watch_->look(item.block);
}

}  // namespace paddock::process
