#include "paddock/feed/feed.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

namespace paddock::feed {

// Calling the wake under a mutex of its own is what lets ~Watcher wait for a call that is running.
struct Watcher::Subscriber {
  void call() {
    const std::lock_guard lock(mutex);
    if (wake) wake();
  }
  void set(std::function<void()> function) {
    const std::lock_guard lock(mutex);
    wake = std::move(function);
  }

  std::mutex mutex;
  std::function<void()> wake;  // guarded by mutex
  bool waiting = false;        // guarded by the feed's mutex
};

struct Feed::State {
  using Name = std::pair<std::string, std::string>;  // section, key
  struct Kept {
    std::optional<std::string> text;
    std::uint64_t version = 0;
  };
  struct KeptRow {
    std::string text;
    std::uint64_t version = 0;
  };
  using Waiting = std::vector<std::shared_ptr<Watcher::Subscriber>>;

  State(std::string its_run, Options its_options) : run(std::move(its_run)), options(its_options) {}

  bool put(Part part);
  void bury(const Name& name);
  void add_rows();
  Waiting take_waiting();
  std::string id() const { return run + "-" + std::to_string(version); }
  std::uint64_t version_of(std::string_view id) const;
  News since(std::string_view id) const;

  const std::string run;
  const Options options;
  mutable std::mutex mutex;
  // The rest is guarded by mutex.
  std::uint64_t version = 0;
  std::uint64_t floor = 1;  // who has seen less than this version has missed what is forgotten
  std::map<Name, Kept> parts;
  std::deque<std::pair<std::uint64_t, Name>>
      graves;  // the oldest first; one that lives again has a later version
  std::map<std::string, std::deque<KeptRow>> rows;
  std::vector<Row> appended;
  bool dropped = false;  // of those
  Waiting waiting;
  std::size_t watchers = 0;
};

// As a part of the version after this one; false if nothing is different.
bool Feed::State::put(Part part) {
  Name name(std::move(part.section), std::move(part.key));
  const auto found = parts.find(name);
  if (found == parts.end() ? !part.text : found->second.text == part.text) return false;
  const bool gone = !part.text;
  parts[name] = {std::move(part.text), version + 1};
  if (gone) bury(name);
  return true;
}

void Feed::State::bury(const Name& name) {
  graves.emplace_back(version + 1, name);
  if (graves.size() <= options.gone) return;
  const auto [died, oldest] = graves.front();
  graves.pop_front();
  const auto found = parts.find(oldest);
  if (found == parts.end() || found->second.version != died) return;
  parts.erase(found);
  floor = std::max(floor, died);
}

void Feed::State::add_rows() {
  for (Row& row : appended) {
    std::deque<KeptRow>& kept = rows[row.section];
    kept.push_back({std::move(row.text), version + 1});
    if (kept.size() <= options.rows) continue;
    floor = std::max(floor, kept.front().version);
    kept.pop_front();
  }
  if (std::exchange(dropped, false)) floor = version + 1;
  appended.clear();
}

Feed::State::Waiting Feed::State::take_waiting() {
  Waiting out;
  out.swap(waiting);
  for (const auto& subscriber : out) subscriber->waiting = false;
  return out;
}

// 0: it says nothing here.
std::uint64_t Feed::State::version_of(std::string_view id) const {
  if (id.size() <= run.size() || !id.starts_with(run) || id[run.size()] != '-') return 0;
  const char* const begin = id.data() + run.size() + 1;
  const char* const end = id.data() + id.size();
  std::uint64_t number = 0;
  const auto read = std::from_chars(begin, end, number);
  if (read.ec != std::errc() || read.ptr != end || number > version || number < floor) return 0;
  return number;
}

News Feed::State::since(std::string_view id) const {
  const std::uint64_t seen = version_of(id);
  News news;
  news.id = this->id();
  news.whole = seen == 0;
  for (const auto& [name, kept] : parts) {
    const bool tell = news.whole ? kept.text.has_value() : kept.version > seen;
    if (tell) news.parts.push_back({name.first, name.second, kept.text});
  }
  for (const auto& [section, list] : rows) {
    for (const KeptRow& row : list) {
      if (row.version > seen) news.rows.push_back({section, row.text});
    }
  }
  return news;
}

Feed::Feed(std::string run) : Feed(std::move(run), Options()) {}
Feed::Feed(std::string run, Options options) : state_(std::make_shared<State>(std::move(run), options)) {}
Feed::~Feed() = default;

void Feed::publish(std::vector<Part> parts) {
  State::Waiting wake;
  {
    const std::lock_guard lock(state_->mutex);
    bool changed = !state_->appended.empty();
    for (Part& part : parts) changed = state_->put(std::move(part)) || changed;
    if (!changed) return;
    state_->add_rows();
    ++state_->version;
    wake = state_->take_waiting();
  }
  for (const auto& subscriber : wake) subscriber->call();
}

void Feed::append(Row row) {
  const std::lock_guard lock(state_->mutex);
  std::vector<Row>& appended = state_->appended;
  // While nobody publishes, only what would be kept is.
  if (appended.size() >= 2 * state_->options.rows + 2) {
    appended.erase(appended.begin(), appended.begin() + static_cast<std::ptrdiff_t>(appended.size() / 2));
    state_->dropped = true;
  }
  appended.push_back(std::move(row));
}

void Feed::nudge() {
  State::Waiting wake;
  {
    const std::lock_guard lock(state_->mutex);
    wake = state_->take_waiting();
  }
  for (const auto& subscriber : wake) subscriber->call();
}

News Feed::since(std::string_view id) const {
  const std::lock_guard lock(state_->mutex);
  return state_->since(id);
}

std::string Feed::id() const {
  const std::lock_guard lock(state_->mutex);
  return state_->id();
}

std::size_t Feed::watchers() const {
  const std::lock_guard lock(state_->mutex);
  return state_->watchers;
}

Watcher::Watcher(const Feed& feed, std::string id)
    : state_(feed.state_), subscriber_(std::make_shared<Subscriber>()), id_(std::move(id)) {
  const std::lock_guard lock(state_->mutex);
  ++state_->watchers;
}

Watcher::~Watcher() {
  {
    const std::lock_guard lock(state_->mutex);
    --state_->watchers;
    std::erase(state_->waiting, subscriber_);
  }
  subscriber_->set(nullptr);
}

void Watcher::start(std::function<void()> wake) { subscriber_->set(std::move(wake)); }

News Watcher::read() {
  const std::lock_guard lock(state_->mutex);
  News news = state_->since(id_);
  // A state that nothing is known of yet is no news.
  if (state_->version == 0) news.whole = false;
  if (!news.empty()) {
    id_ = news.id;
  } else if (!subscriber_->waiting) {
    subscriber_->waiting = true;
    state_->waiting.push_back(subscriber_);
  }
  return news;
}

}  // namespace paddock::feed
