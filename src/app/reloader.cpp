#include "reloader.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#include "paddock/base/blocked_signals.h"
#include "paddock/base/clock.h"

namespace paddock::app {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kForEver{-1};

config::LoadResult nothing_in(const ConfigChoice& choice) {
  return {nullptr,
          {{config::Severity::kError,
            name_of(choice),
            {},
            "the file is empty",
            "write `models: {}` if there are to be no models"}}};
}

}  // namespace

Reloader::Reloader(Options options, Loaded on_change)
    : options_(std::move(options)),
      on_change_(std::move(on_change)),
      bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      known_(options_.known) {
  const BlockedSignals blocked;
  thread_ = std::thread([this] { live(); });
}

Reloader::~Reloader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ::eventfd_write(bell_.get(), 1);
  thread_.join();
}

void Reloader::load(std::string reason, Loaded loaded) {
  run([this, reason = std::move(reason), loaded = std::move(loaded)] { read(reason, loaded); });
}

void Reloader::run(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  ::eventfd_write(bell_.get(), 1);
}

void Reloader::live() {
  if (options_.watch) folders_.set(known_.folders);
  while (true) {
    if (options_.watch) look();
    wait(options_.watch ? options_.every : kForEver);
    do_jobs();
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
  }
}

// True if the bell rang.
bool Reloader::wait(milliseconds limit) {
  pollfd fds[] = {{bell_.get(), POLLIN, 0}, {options_.watch ? folders_.fd() : -1, POLLIN, 0}};
  ::poll(fds, 2, static_cast<int>(limit.count()));
  folders_.drain();
  std::uint64_t rings = 0;
  return ::read(bell_.get(), &rings, sizeof rings) == sizeof rings;
}

void Reloader::do_jobs() {
  while (true) {
    std::function<void()> job;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

void Reloader::look() {
  while (!(look_at(options_.choice) == known_)) {
    if (!await_settled()) return;
    if (look_at(options_.choice) == known_) return;  // it is as it was
    read("file changed", on_change_);
    folders_.set(known_.folders);  // and look once more: what came before that was not told
  }
}

// Until the files have been left alone for a while. False: something is asked, which comes first.
bool Reloader::await_settled() {
  SourceState last = look_at(options_.choice);
  const TimePoint give_up = steady_now() + options_.come_back;
  TimePoint quiet_since = steady_now();
  while (steady_now() < give_up) {
    if (wait(options_.settle / 4)) {
      ::eventfd_write(bell_.get(), 1);  // for the loop outside
      return false;
    }
    SourceState now = look_at(options_.choice);
    if (!(now == last)) quiet_since = steady_now();
    if (!now.unfinished && steady_now() - quiet_since >= options_.settle) return true;
    last = std::move(now);
  }
  return true;
}

// What is written meanwhile is read again; what is not there, or empty, gets a moment to become whole. That a
// file was emptied and written within one tick of its time shows only in what was read.
void Reloader::read(const std::string& reason, const Loaded& loaded) {
  const TimePoint give_up = steady_now() + options_.settle;
  SourceState before = look_at(options_.choice);
  config::LoadResult result = load_sources(options_.choice);
  SourceState after = look_at(options_.choice);
  const auto no_models = [&] { return result.config && result.config->models.empty(); };
  while ((after.unfinished || !(after == before) || no_models()) && steady_now() < give_up) {
    std::this_thread::sleep_for(options_.settle / 20);
    before = look_at(options_.choice);
    result = load_sources(options_.choice);
    after = look_at(options_.choice);
  }
  const bool wrote_nothing = no_models() && (before.unfinished || after.unfinished);
  known_ = std::move(before);  // what has changed since is a change
  loaded(wrote_nothing ? nothing_in(options_.choice) : std::move(result), reason);
}

}  // namespace paddock::app
