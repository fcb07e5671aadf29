#include "paddock/footprints/footprints.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "store.h"

namespace paddock::footprints {

namespace {

constexpr std::size_t kMostKnown = 1000;

Duration median(std::vector<Duration> loads) {
  const auto middle = loads.begin() + static_cast<std::ptrdiff_t>(loads.size() / 2);
  std::nth_element(loads.begin(), middle, loads.end());
  return *middle;
}

}  // namespace

// The thread's own: one errand at a time.
struct Footprints::Shared {
  explicit Shared(std::string file) : path(std::move(file)) {}

  const std::string path;
  std::optional<Store> store;
  std::map<Key, Entry> entries;

  // Sentences for the log.
  std::vector<std::string> open() {
    std::string set_aside;
    auto opened = Store::open(path, set_aside);
    if (!opened) return {opened.error()};
    auto read = opened->read();
    std::vector<std::string> out;
    if (!set_aside.empty()) out.push_back(set_aside);
    if (!read) {
      out.push_back("What models took cannot be read: " + read.error() + ".");
      return out;
    }
    store.emplace(std::move(*opened));
    entries = std::move(*read);
    return out;
  }
};

Footprints::Footprints(boost::asio::io_context& context, std::string path, std::function<void()> opened)
    : shared_(std::make_shared<Shared>(std::move(path))), errands_(context) {
  if (shared_->path.empty()) {
    if (opened) errands_.later(std::move(opened));
    return;
  }
  errands_.run([this, shared = shared_, opened = std::move(opened)]() -> Errands::Done {
    const std::vector<std::string> sentences = shared->open();
    return [this, sentences, opened, entries = std::move(shared->entries)] {
      for (const std::string& sentence : sentences) spdlog::warn("{}", sentence);
      // What was learned meanwhile is newer.
      for (const auto& [key, entry] : entries) {
        known_.emplace(key, entry.footprint);
        std::vector<Duration>& loads = loads_[key];
        loads.insert(loads.begin(), entry.loads.begin(), entry.loads.end());
      }
      if (opened) opened();
    };
  });
}

Footprints::~Footprints() = default;

std::optional<Learned> Footprints::find(const Key& key) const {
  const auto found = known_.find(key);
  if (found == known_.end()) return std::nullopt;
  Learned out = found->second;
  const auto loads = loads_.find(key);
  if (loads != loads_.end() && !loads->second.empty()) out.load = median(loads->second);
  return out;
}

void Footprints::learn(const Key& key, const Footprint& footprint) {
  if (key.empty()) return;
  if (known_.size() >= kMostKnown && !known_.contains(key)) {
    loads_.erase(known_.begin()->first);
    known_.erase(known_.begin());
  }
  Footprint& known = known_[key];
  // A launch that tells of its RAM tells of all its memory: also that nothing is on devices any more.
  if (footprint.ram || !footprint.devices.empty()) known.devices = footprint.devices;
  if (footprint.ram) known.ram = footprint.ram;
  if (footprint.pace) known.pace = (known.pace.value_or(*footprint.pace) + *footprint.pace) / 2;
  std::vector<Duration>& loads = loads_[key];
  if (footprint.load) loads.push_back(*footprint.load);
  if (loads.size() > kKeptLoads) loads.erase(loads.begin(), loads.end() - kKeptLoads);
  errands_.run([shared = shared_, key, entry = Entry{known, loads}]() -> Errands::Done {
    if (!shared->store) return nullptr;
    const auto written = shared->store->write(key, entry);
    if (written) return nullptr;
    return [problem = written.error()] { spdlog::warn("What a model took is not kept: {}.", problem); };
  });
}

}  // namespace paddock::footprints
