// Feed: one state for any number of watchers, kept in parts of which each knows the version that it changed
// in.
//
// A part is a text under a section and, in a section of several, a key; what the text means is the writer's
// business. A watcher is only the id of what it has seen: it is told what is different now, not what happened
// meanwhile, so one that is slow or away costs nothing and misses nothing. Rows are what is added to a
// section and stays as it is; the last of each section are kept. Not a queue, not a log.
//
// An id is RUN-VERSION. Whoever brings one that this run did not give, or one from before what is still known
// of parts that are gone and rows that were dropped, gets the whole state.
// Thread-safe; its mutex is a leaf lock (nothing is called while it is held).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::feed {

struct Part {
  std::string section;
  std::string key;                  // empty: the section is one text
  std::optional<std::string> text;  // nothing: it is gone

  friend bool operator==(const Part&, const Part&) = default;
};

struct Row {
  std::string section;  // has no parts
  std::string text;

  friend bool operator==(const Row&, const Row&) = default;
};

struct News {
  std::string id;           // of the state that they lead to
  bool whole = false;       // the whole state: what is not in it is not there
  std::vector<Part> parts;  // by section and key
  std::vector<Row> rows;    // by section, the oldest first

  bool empty() const { return !whole && parts.empty() && rows.empty(); }
};

class Watcher;

class Feed {
 public:
  struct Options {
    std::size_t rows = 200;   // kept of each section
    std::size_t gone = 1000;  // parts that are remembered as gone
  };

  // `run` tells this life of the state from any other; without a `-`.
  explicit Feed(std::string run);
  Feed(std::string run, Options options);
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  // One version for all that is different, and for the rows that were appended; then whoever waits is woken.
  // Without a difference nothing happens. How often it is called is how often watchers hear something.
  void publish(std::vector<Part> parts);
  // Seen with the next publish().
  void append(Row row);
  // Wakes who waits though there is nothing new.
  void nudge();

  News since(std::string_view id) const;
  std::string id() const;
  std::size_t watchers() const;

 private:
  friend class Watcher;
  struct State;
  std::shared_ptr<State> state_;
};

// Watcher follows one feed from an id on. It counts in watchers() as long as it lives; the feed may die
// first. `wake` is called once after a read() that found nothing, from the writing thread and with no lock of
// the feed held; it may only pass the news on. Destroying the Watcher waits for a wake that is running and
// guarantees that none comes later. One owner.
class Watcher {
 public:
  Watcher(const Feed& feed, std::string id);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // Before that nobody is woken.
  void start(std::function<void()> wake);
  // Empty: a wake will come.
  News read();

 private:
  friend class Feed;
  struct Subscriber;
  std::shared_ptr<Feed::State> state_;
  std::shared_ptr<Subscriber> subscriber_;
  std::string id_;
};

}  // namespace paddock::feed
