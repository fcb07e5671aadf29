#include "launches.h"

#include <algorithm>
#include <utility>

namespace paddock::router {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

// An end that nobody ordered and nobody reported as a failed start.
void note_crash(LaunchStatus& launch, const process::Ending& ending) {
  launch.failure = {process::class_name(ending.kind), ending.status.code, ending.status.signal, ending.line};
  launch.message = ending.message;
  launch.reason = launch.ready ? "crashed" : "start failed";
}

}  // namespace

std::chrono::milliseconds Launch::age() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady_now() - started);
}

Launches::Launches(std::size_t kept) : kept_(std::max<std::size_t>(kept, 1)) {}

Launch& Launches::begin(const process::SpawnSpec& spec, Generation generation, std::string reason) {
  auto launch = std::make_shared<Launch>();
  launch->model = spec.model;
  launch->endpoint = spec.endpoint;
  launch->started = steady_now();
  launch->status.generation = generation;
  launch->status.cmd = joined(spec.shown.empty() ? spec.argv : spec.shown);
  launch->status.injected = spec.injected;
  launch->status.port = spec.endpoint.port;
  launch->status.started = std::chrono::system_clock::now();
  launch->status.reason = std::move(reason);
  std::deque<std::shared_ptr<Launch>>& history = history_[spec.model];
  history.push_front(launch);
  if (history.size() > kept_) history.pop_back();
  return *(alive_[generation] = std::move(launch));
}

Launch* Launches::find(Generation generation) {
  const auto it = alive_.find(generation);
  return it == alive_.end() ? nullptr : it->second.get();
}

const Launch* Launches::find(Generation generation) const {
  const auto it = alive_.find(generation);
  return it == alive_.end() ? nullptr : it->second.get();
}

void Launches::spawned(Generation generation, int pid, UniqueFd pidfd) {
  Launch* launch = find(generation);
  if (!launch) return;
  launch->status.pid = pid;
  launch->pidfd = std::move(pidfd);
}

void Launches::ready(Generation generation, const process::Ready& ready) {
  Launch* launch = find(generation);
  if (!launch) return;
  launch->status.ready = std::chrono::system_clock::now();
  launch->ready = steady_now();
  if (ready.port != 0) launch->status.port = ready.port;
  launch->upstream =
      std::make_shared<Upstream>(launch->model, generation, ready.address, ready.port, launch->endpoint.host,
                                 launch->endpoint.base_path, std::move(launch->pidfd));
  launch->upstream->launched(launch->started, steady_now());
}

void Launches::failed(Generation generation, const process::StartFailure& failure) {
  Launch* launch = find(generation);
  if (!launch) return;
  launch->status.failure = {process::class_name(failure.kind), failure.exit.code, failure.exit.signal,
                            failure.line};
  launch->status.message = failure.message;
  launch->status.tail = failure.tail;
  launch->status.reason = "start failed";
  launch->timed_out = failure.kind == process::FailureClass::kTimeout;
}

bool Launches::stop_ordered(Generation generation, const std::string& reason) {
  Launch* launch = find(generation);
  if (!launch) return false;
  const bool first = !std::exchange(launch->stop_ordered, true);
  if (launch->upstream) launch->upstream->mark_leaving();
  launch->status.reason = reason;
  return first;
}

const Launch* Launches::ended(Generation generation, const process::Ending& ending) {
  Launch* launch = find(generation);
  if (!launch) return nullptr;
  if (!launch->stop_ordered && !launch->has_failed()) note_crash(launch->status, ending);
  if (!launch->upstream) return launch;
  if (!launch->upstream->end_is_told()) launch->upstream->mark_exited(launch->status.failure);
  launch->has_served = launch->upstream->has_served();
  return launch;
}

std::shared_ptr<const Launch> Launches::exited(Generation generation, const process::Ending& ending) {
  const auto it = alive_.find(generation);
  if (it == alive_.end()) return nullptr;
  const std::shared_ptr<Launch> launch = std::move(it->second);
  alive_.erase(it);
  launch->status.ended = std::chrono::system_clock::now();
  launch->status.exit = ending.status.code;
  launch->status.signal = ending.status.signal;
  if (!ending.tail.empty()) launch->status.tail = ending.tail;
  if (!launch->stop_ordered && !launch->has_failed()) note_crash(launch->status, ending);
  // The leases keep theirs; a record must not hold a descriptor.
  if (launch->upstream) {
    if (!launch->upstream->end_is_told()) launch->upstream->mark_exited(launch->status.failure);
    launch->has_served = launch->upstream->has_served();
  }
  launch->upstream.reset();
  launch->pidfd.reset();
  return launch;
}

std::vector<Launch*> Launches::watched() {
  std::vector<Launch*> out;
  for (const auto& [generation, launch] : alive_) {
    if (launch->upstream && launch->stall) out.push_back(launch.get());
  }
  return out;
}

bool Launches::broken(Generation generation, Breakage breakage) {
  Launch* launch = find(generation);
  if (!launch || !launch->upstream || launch->upstream->breakage() || launch->stop_ordered) return false;
  launch->status.failure = breakage.detail;
  launch->status.message = breakage.message;
  launch->upstream->mark_broken(std::move(breakage));
  return true;
}

std::vector<LaunchStatus> Launches::history(const ModelId& model) const {
  std::vector<LaunchStatus> out;
  const auto it = history_.find(model);
  if (it == history_.end()) return out;
  for (const std::shared_ptr<Launch>& launch : it->second) out.push_back(launch->status);
  return out;
}

std::optional<LaunchStatus> Launches::newest(const ModelId& model) const {
  const auto it = history_.find(model);
  if (it == history_.end() || it->second.empty()) return std::nullopt;
  LaunchStatus out = it->second.front()->status;
  out.tail.clear();
  return out;
}

std::optional<Duration> Launches::usual_load(const ModelId& model) const {
  constexpr int kLoads = 3;
  const auto it = history_.find(model);
  if (it == history_.end()) return std::nullopt;
  Duration sum{0};
  int count = 0;
  for (const std::shared_ptr<Launch>& launch : it->second) {
    if (!launch->ready || count == kLoads) continue;
    sum += *launch->ready - launch->started;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

std::shared_ptr<const Launch> Launches::recorded(const ModelId& model, Generation generation) const {
  const auto it = history_.find(model);
  if (it == history_.end()) return nullptr;
  for (const std::shared_ptr<Launch>& launch : it->second) {
    if (launch->status.generation == generation) return launch;
  }
  return nullptr;
}

}  // namespace paddock::router
