#include "output_pump.h"
#include "paddock/base/blocked_signals.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <string_view>
#include <utility>

namespace paddock::process {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBufferBytes = 64 << 10;
// The most that a pipe can hold unless root made it larger: what was printed before a collection.
constexpr std::size_t kPipeBytes = 1 << 20;
constexpr Duration kLetGoAfter = 1s;
constexpr OutputPump::Key kBellKey = std::numeric_limits<OutputPump::Key>::max();

void watch(int epoll, int fd, OutputPump::Key key) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = key;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

}  // namespace

OutputPump::OutputPump()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      buffer_(kBufferBytes) {
  watch(epoll_.get(), bell_.get(), kBellKey);
  const BlockedSignals blocked;
  thread_ = std::thread([this] { run(); });
}

OutputPump::~OutputPump() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(bell_.get(), &one, sizeof one);
  thread_.join();
}

void OutputPump::add(Key key, UniqueFd pipe, logs::LaunchLog log, std::shared_ptr<FatalWatch> watch) {
  auto source = std::make_unique<Source>(
      Source{std::move(pipe), LineClerk::open(std::move(log), std::move(watch)), {}});
  submit({key, std::move(source), nullptr});
}

void OutputPump::collect(Key key, std::function<void()> done) { submit({key, nullptr, std::move(done)}); }

void OutputPump::submit(Order order) {
  {
    const std::lock_guard lock(mutex_);
    orders_.push_back(std::move(order));
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(bell_.get(), &one, sizeof one);
}

void OutputPump::run() {
  std::array<epoll_event, 32> events;
  for (bool stop = false; !stop;) {
    const int count =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_ms(steady_now()));
    for (int i = 0; i < count; ++i) {
      const Key key = events[static_cast<std::size_t>(i)].data.u64;
      const auto found = sources_.find(key);
      // One buffer for each in turn, so that a flood does not starve the others.
      if (found != sources_.end() && !drain(*found->second, kBufferBytes)) drop(key);
    }
    std::uint64_t rings = 0;
    [[maybe_unused]] const ssize_t got = ::read(bell_.get(), &rings, sizeof rings);
    std::vector<Order> orders;
    {
      const std::lock_guard lock(mutex_);
      orders.swap(orders_);
      stop = stopping_;
    }
    for (Order& order : orders) obey(std::move(order));
    drop_overdue(steady_now());
  }
  while (!sources_.empty()) {
    drain(*sources_.begin()->second, kPipeBytes);
    drop(sources_.begin()->first);
  }
}

void OutputPump::obey(Order order) {
  if (order.source) {
    watch(epoll_.get(), order.source->pipe.get(), order.key);
    sources_[order.key] = std::move(order.source);
    return;
  }
  const auto ended = ended_.find(order.key);
  LineClerk::DeskPtr desk = ended == ended_.end() ? nullptr : ended->second.lock();
  const auto found = sources_.find(order.key);
  if (found != sources_.end()) {
    desk = found->second->desk;
    found->second->let_go = steady_now() + kLetGoAfter;
    if (!drain(*found->second, kPipeBytes)) drop(order.key);
  }
  if (desk) return clerk_.when_read(desk, std::move(order.done));
  order.done();
}

// False at the end of the pipe.
bool OutputPump::drain(Source& source, std::size_t limit) {
  for (std::size_t taken = 0; taken < limit;) {
    const ssize_t got = ::read(source.pipe.get(), buffer_.data(), buffer_.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return true;
    if (got <= 0) return false;
    clerk_.give(source.desk, {buffer_.data(), static_cast<std::size_t>(got)});
    taken += static_cast<std::size_t>(got);
  }
  return true;
}

void OutputPump::drop(Key key) {
  const auto found = sources_.find(key);
  if (found == sources_.end()) return;
  clerk_.close(found->second->desk);
  std::erase_if(ended_, [](const auto& one) { return one.second.expired(); });
  ended_[key] = found->second->desk;
  sources_.erase(found);
}

void OutputPump::drop_overdue(TimePoint now) {
  std::vector<Key> overdue;
  for (const auto& [key, source] : sources_) {
    if (source->let_go && *source->let_go <= now) overdue.push_back(key);
  }
  for (const Key key : overdue) {
    drain(*sources_[key], kPipeBytes);
    drop(key);
  }
}

int OutputPump::wait_ms(TimePoint now) const {
  std::optional<TimePoint> next;
  for (const auto& [key, source] : sources_) {
    if (source->let_go && (!next || *source->let_go < *next)) next = source->let_go;
  }
  if (!next) return -1;
  return static_cast<int>(std::max<std::int64_t>(0, (*next - now) / 1ms) + 1);
}

}  // namespace paddock::process
