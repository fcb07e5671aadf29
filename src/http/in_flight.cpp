#include "paddock/http/in_flight.h"

#include <algorithm>
#include <tuple>

namespace paddock::http {

InFlight::InFlight(std::size_t workers) {
  const std::size_t count = std::max<std::size_t>(1, workers);
  for (std::size_t i = 0; i < count; ++i) tables_.push_back(std::make_unique<Table>(i + 1, count));
}

InFlight::~InFlight() = default;

std::vector<InFlight::Picture> InFlight::list() const {
  std::vector<Picture> out;
  for (const auto& table : tables_) table->copy_to(out);
  std::sort(out.begin(), out.end(), [](const Picture& a, const Picture& b) {
    return std::tie(a.started, a.id) < std::tie(b.started, b.id);
  });
  return out;
}

bool InFlight::cancel(std::uint64_t id) {
  if (id == 0) return false;
  Table& table = *tables_[(id - 1) % tables_.size()];
  if (!table.has(id)) return false;
  if (table.cancel_) table.cancel_(id);
  return true;
}

void InFlight::Table::add(Entry& entry) {
  const std::lock_guard lock(mutex_);
  entry.id_ = next_;
  next_ += step_;
  entry.place_ = entries_.size();
  entries_.push_back(&entry);
}

void InFlight::Table::remove(Entry& entry) {
  const std::lock_guard lock(mutex_);
  Entry* const last = entries_.back();
  last->place_ = entry.place_;
  entries_[entry.place_] = last;
  entries_.pop_back();
}

bool InFlight::Table::has(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(entries_.begin(), entries_.end(), [id](const Entry* one) { return one->id_ == id; });
}

void InFlight::Table::copy_to(std::vector<Picture>& out) const {
  const std::lock_guard lock(mutex_);
  for (const Entry* entry : entries_) {
    Picture one;
    one.id = entry->id_;
    one.model = entry->facts_.model;
    one.method = entry->facts_.method;
    one.path = entry->facts_.path;
    one.client = entry->facts_.client;
    one.started = entry->started_;
    one.phase = entry->phase();
    one.bytes = entry->bytes_.load(std::memory_order_relaxed);
    one.stream = entry->stream_.load(std::memory_order_relaxed);
    out.push_back(std::move(one));
  }
}

InFlight::Entry::Entry(Table& table, const Facts& facts)
    : table_(table), facts_(facts), started_(std::chrono::system_clock::now()) {
  table_.add(*this);
}

InFlight::Entry::~Entry() { table_.remove(*this); }

}  // namespace paddock::http
