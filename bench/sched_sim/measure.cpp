#include "bench/sched_sim/measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <set>
#include <utility>

namespace paddock::sched_sim {
namespace {

double hours(Duration time) { return std::chrono::duration<double, std::ratio<3600>>(time).count(); }

std::size_t count_swaps(const Trace& trace, const History& history) {
  std::size_t starts = 0;
  std::set<std::size_t> started;
  for (const Launch& launch : history.launches) {
    if (launch.at >= TimePoint(trace.period)) continue;
    ++starts;
    started.insert(launch.model);
  }
  return starts - started.size();
}

Duration busy_time(const Trace& trace, const History& history, unsigned gpu) {
  std::vector<std::pair<TimePoint, TimePoint>> spans;
  for (const Served& request : history.requests) {
    if (trace.models[request.model].gpus & (1U << gpu)) spans.emplace_back(request.granted, request.finished);
  }
  std::sort(spans.begin(), spans.end());
  Duration busy{0};
  TimePoint until{};
  for (const auto& [from, to] : spans) {
    const TimePoint begin = std::max(from, until), end = std::min(to, TimePoint(trace.period));
    if (end <= begin) continue;
    busy += end - begin;
    until = end;
  }
  return busy;
}

}  // namespace

Measures measure(const Trace& trace, const History& history, Duration max_wait) {
  Measures out;
  out.period = trace.period;
  out.swaps = count_swaps(trace, history);
  const Duration limit = fair_limit(trace, max_wait);
  for (const Served& request : history.requests) {
    out.waits.push_back(request.granted - request.arrived);
    if (out.waits.back() > limit) ++out.starved;
  }
  std::sort(out.waits.begin(), out.waits.end());
  out.gpu_time = trace.period * trace.gpus;
  out.gpu_idle = out.gpu_time;
  for (int gpu = 0; gpu < trace.gpus; ++gpu) {
    out.gpu_idle -= busy_time(trace, history, static_cast<unsigned>(gpu));
  }
  return out;
}

void Measures::add(const Measures& other) {
  period += other.period;
  swaps += other.swaps;
  gpu_idle += other.gpu_idle;
  gpu_time += other.gpu_time;
  starved += other.starved;
  std::vector<Duration> both;
  std::merge(waits.begin(), waits.end(), other.waits.begin(), other.waits.end(), std::back_inserter(both));
  waits = std::move(both);
}

double Measures::swaps_per_hour() const { return static_cast<double>(swaps) / hours(period); }

double Measures::requests_per_hour() const { return static_cast<double>(waits.size()) / hours(period); }

double Measures::idle_share() const { return hours(gpu_idle) / hours(gpu_time); }

Duration Measures::wait_at(double share) const {
  if (waits.empty()) return Duration(0);
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(waits.size())));
  return waits[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace paddock::sched_sim
