// InFlight: the requests for models that are being served, to be looked at and cancelled.
//
// Not a queue and no bookkeeping: nothing is decided by it. Each worker has a table of its own, so that a
// request costs two uncontended locks and no allocation. An entry is there from the moment its model is known
// to the end of its answer. Who looks often compares moves() and flow() with what they were, and then asks
// for progress(), which copies no texts. To show more of a request: a member of Picture, filled in
// InFlight::Table::picture_of().
// All but the entries may be used on any thread; an Entry is its worker's.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/http/handler.h"

namespace paddock::http {

class RequestHead;

class InFlight {
 public:
  enum class Phase : std::uint8_t {
    kWaiting,    // for a place on its model, which may be loading
    kSending,    // its model's server has it and has not answered
    kAnswering,  // the answer's head has come
  };

  // How an answer comes. Tokens are the events of its stream, which is what most servers send one of for a
  // token, or as many as it says itself.
  struct Flow {
    std::uint64_t bytes = 0;    // of its body, passed on so far
    std::uint64_t tokens = 0;   // 0: none were counted
    TimePoint sent{}, began{};  // that the request went to the model's server, and the body's first byte; the
                                // epoch: not yet
    std::optional<std::chrono::milliseconds> first_byte() const;  // from `sent` on
    // Tokens per second since it began; 0: too few came to tell.
    double rate(TimePoint now) const;

    friend bool operator==(const Flow&, const Flow&) = default;
  };

  // One request as it was at a moment.
  struct Picture {
    std::uint64_t id = 0;  // grows per worker while the daemon lives; never 0
    std::string model;     // its id
    std::string method;
    std::string path;    // as sent, without the query
    std::string client;  // numeric address
    std::chrono::system_clock::time_point started;
    Phase phase = Phase::kWaiting;
    Flow flow{};
    bool stream = false;  // it asks for a stream; from kAnswering on: the answer is one
    Headers headers{};    // of the request, secrets blackened; of find() only
  };

  // How far one is.
  struct Progress {
    std::uint64_t id = 0;
    std::chrono::system_clock::time_point started;
    Phase phase = Phase::kWaiting;
    Flow flow{};
    bool stream = false;
  };

  // What stays the same; all of it must outlive the entry.
  struct Facts {
    std::string_view model, method, path, client;
    const RequestHead* head = nullptr;  // whose fields are the headers; null: there are none
  };

  class Table;
  class Entry;

  // One table for each worker; at least one.
  explicit InFlight(std::size_t workers);
  ~InFlight();

  // The oldest first.
  std::vector<Picture> list() const;
  // The same of the oldest `most`, as far as it changes.
  std::vector<Progress> progress(std::size_t most) const;
  // Nothing: it has ended.
  std::optional<Picture> find(std::uint64_t id) const;
  // Grow whenever requests come, go or enter a phase, and whenever bytes are passed on. Read before looking,
  // they miss nothing.
  std::uint64_t moves() const;
  std::uint64_t flow() const;
  // Asks the request's worker to end it. False: there is no such request.
  bool cancel(std::uint64_t id);

  Table& table(std::size_t worker) { return *tables_[worker]; }
  std::size_t workers() const { return tables_.size(); }

 private:
  std::vector<std::unique_ptr<Table>> tables_;
};

// The requests of one worker.
class InFlight::Table {
 public:
  // Numbers are first, first + step, ..., so that no two tables share one.
  Table(std::uint64_t first, std::uint64_t step) : next_(first), step_(step) {}

  // How a request is cancelled: called with its number, on any thread, under no lock. Set before the worker
  // runs.
  void on_cancel(std::function<void(std::uint64_t id)> cancel) { cancel_ = std::move(cancel); }

 private:
  friend class InFlight;
  friend class Entry;

  void add(Entry& entry);
  void remove(Entry& entry);
  bool has(std::uint64_t id) const;
  void copy_to(std::vector<Picture>& out) const;
  void copy_to(std::vector<Progress>& out) const;
  std::optional<Picture> find(std::uint64_t id) const;
  static Picture picture_of(const Entry& entry);
  // One thread writes it, so that it costs no more than a store.
  static void grow(std::atomic<std::uint64_t>& count) {
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  mutable std::mutex mutex_;
  std::vector<Entry*> entries_;  // guarded by mutex_, in no order
  std::uint64_t next_;           // likewise
  const std::uint64_t step_;
  std::atomic<std::uint64_t> moves_{0}, flow_{0};
  std::function<void(std::uint64_t id)> cancel_;
};

// In the list for as long as it lives.
class InFlight::Entry {
 public:
  Entry(Table& table, const Facts& facts);
  ~Entry();
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  std::uint64_t id() const { return id_; }
  Phase phase() const { return phase_.load(std::memory_order_relaxed); }
  void enter(Phase phase) {
    phase_.store(phase, std::memory_order_relaxed);
    Table::grow(table_.moves_);
  }
  void sending(bool stream) {
    stream_.store(stream, std::memory_order_relaxed);
    sent_.store(steady_now(), std::memory_order_relaxed);
    enter(Phase::kSending);
  }
  void answering(bool stream) {
    stream_.store(stream, std::memory_order_relaxed);
    enter(Phase::kAnswering);
  }
  void passed_on(std::uint64_t bytes) {
    bytes_.store(bytes, std::memory_order_relaxed);
    Table::grow(table_.flow_);
  }
  // Of what is passed on next.
  void counted(TimePoint began, std::uint64_t tokens) {
    began_.store(began, std::memory_order_relaxed);
    tokens_.store(tokens, std::memory_order_relaxed);
  }
  Flow flow() const;

  bool cancelled = false;  // somebody asked for its end

 private:
  friend class Table;

  Table& table_;
  const Facts facts_;
  const std::chrono::system_clock::time_point started_;
  std::uint64_t id_ = 0;
  std::size_t place_ = 0;  // in the table
  std::atomic<Phase> phase_{Phase::kWaiting};
  std::atomic<bool> stream_{false};
  std::atomic<std::uint64_t> bytes_{0}, tokens_{0};
  std::atomic<TimePoint> sent_{TimePoint{}}, began_{TimePoint{}};
};

}  // namespace paddock::http
