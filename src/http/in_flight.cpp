#include "paddock/http/in_flight.h"

#include <algorithm>
#include <tuple>

#include "answer_tap.h"
#include "request_head.h"

namespace paddock::http {

namespace {

template <class One>
bool older(const One& a, const One& b) {
  return std::tie(a.started, a.id) < std::tie(b.started, b.id);
}

}  // namespace

std::optional<std::chrono::milliseconds> InFlight::Flow::first_byte() const {
  // It is sent anew where another launch serves it, and an answer to the old one says nothing.
  if (sent == TimePoint{} || began < sent) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(began - sent);
}

double InFlight::Flow::rate(TimePoint now) const {
  constexpr std::chrono::duration<double> kLeast(0.1);
  const std::chrono::duration<double> time = now - began;
  if (tokens < 2 || began == TimePoint{} || time < kLeast) return 0;
  // The first came when the time began.
  return static_cast<double>(tokens - 1) / time.count();
}

InFlight::InFlight(std::size_t workers) {
  const std::size_t count = std::max<std::size_t>(1, workers);
  for (std::size_t i = 0; i < count; ++i) tables_.push_back(std::make_unique<Table>(i + 1, count));
}

InFlight::~InFlight() = default;

std::vector<InFlight::Picture> InFlight::list() const {
  std::vector<Picture> out;
  for (const auto& table : tables_) table->copy_to(out);
  std::sort(out.begin(), out.end(), older<Picture>);
  return out;
}

std::vector<InFlight::Progress> InFlight::progress(std::size_t most) const {
  std::vector<Progress> out;
  for (const auto& table : tables_) table->copy_to(out);
  const auto end = out.begin() + static_cast<std::ptrdiff_t>(std::min(most, out.size()));
  std::partial_sort(out.begin(), end, out.end(), older<Progress>);
  out.erase(end, out.end());
  return out;
}

std::optional<InFlight::Picture> InFlight::find(std::uint64_t id) const {
  if (id == 0) return std::nullopt;
  return tables_[(id - 1) % tables_.size()]->find(id);
}

std::uint64_t InFlight::moves() const {
  std::uint64_t sum = 0;
  for (const auto& table : tables_) sum += table->moves_.load(std::memory_order_acquire);
  return sum;
}

std::uint64_t InFlight::flow() const {
  std::uint64_t sum = 0;
  for (const auto& table : tables_) sum += table->flow_.load(std::memory_order_acquire);
  return sum;
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
  grow(moves_);
}

void InFlight::Table::remove(Entry& entry) {
  const std::lock_guard lock(mutex_);
  Entry* const last = entries_.back();
  last->place_ = entry.place_;
  entries_[entry.place_] = last;
  entries_.pop_back();
  grow(moves_);
}

bool InFlight::Table::has(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(entries_.begin(), entries_.end(), [id](const Entry* one) { return one->id_ == id; });
}

InFlight::Picture InFlight::Table::picture_of(const Entry& entry) {
  Picture one;
  one.id = entry.id_;
  one.model = entry.facts_.model;
  one.method = entry.facts_.method;
  one.path = entry.facts_.path;
  one.client = entry.facts_.client;
  one.started = entry.started_;
  one.phase = entry.phase();
  one.flow = entry.flow();
  one.stream = entry.stream_.load(std::memory_order_relaxed);
  return one;
}

void InFlight::Table::copy_to(std::vector<Picture>& out) const {
  const std::lock_guard lock(mutex_);
  for (const Entry* entry : entries_) out.push_back(picture_of(*entry));
}

void InFlight::Table::copy_to(std::vector<Progress>& out) const {
  const std::lock_guard lock(mutex_);
  for (const Entry* entry : entries_) {
    out.push_back({entry->id_, entry->started_, entry->phase(), entry->flow(),
                   entry->stream_.load(std::memory_order_relaxed)});
  }
}

std::optional<InFlight::Picture> InFlight::Table::find(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [id](const Entry* one) { return one->id_ == id; });
  if (found == entries_.end()) return std::nullopt;
  Picture one = picture_of(**found);
  if (const RequestHead* head = (*found)->facts_.head) one.headers = capture_headers(head->fields());
  return one;
}

InFlight::Entry::Entry(Table& table, const Facts& facts)
    : table_(table), facts_(facts), started_(std::chrono::system_clock::now()) {
  table_.add(*this);
}

InFlight::Entry::~Entry() { table_.remove(*this); }

InFlight::Flow InFlight::Entry::flow() const {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  return {bytes_.load(kRelaxed), tokens_.load(kRelaxed), sent_.load(kRelaxed), began_.load(kRelaxed)};
}

}  // namespace paddock::http
