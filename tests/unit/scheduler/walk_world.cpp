#include "tests/unit/scheduler/walk_world.h"

#include <algorithm>
#include <variant>

namespace paddock::scheduler::walk {

void World::take(const Effect& effect) {
  std::visit([this](const auto& e) { take_one(e); }, effect);
}

void World::take_one(const Grant& e) {
  tickets[e.ticket] = TicketState::kRunning;
  generation_of[e.ticket] = e.generation;
}

void World::take_one(const StartProcess& e) {
  alive[e.generation] = {e.model, Phase::kStarting};
  launched[e.generation] = options.at(e.model).launch;
}

void World::take_one(const StopProcess& e) {
  const auto it = alive.find(e.generation);
  const bool ordered =
      it != alive.end() && it->second.phase == Phase::kReady && !broken.contains(e.generation);
  if (ordered) rows[e.model].failures = 0;
  if (it != alive.end() && it->second.phase != Phase::kFailed) it->second.phase = Phase::kStopping;
}

void World::take_one(const CloseGate& e) {
  const auto it = lent.find(e.model);
  if (it != lent.end()) it->second.open = false;
}

void World::forget_served() {
  std::erase_if(order, [this](const Claim& claim) { return !waits(claim); });
}

TicketState World::state_of(TicketId ticket) const {
  const auto it = tickets.find(ticket);
  return it == tickets.end() ? TicketState::kEnded : it->second;
}

bool World::some_of(TicketState state) const {
  return std::any_of(tickets.begin(), tickets.end(), [&](const auto& one) { return one.second == state; });
}

int World::count_on(Generation generation) const {
  int count = 0;
  for (const auto& [t, state] : tickets) {
    count += state == TicketState::kRunning && generation_of.at(t) == generation;
  }
  return count;
}

bool World::any_running() const {
  for (const auto& [model, gate] : lent) {
    if (gate.inside > 0) return true;
  }
  return some_of(TicketState::kRunning);
}

bool World::waits(const Claim& claim) const {
  if (claim.op) return operations.contains(claim.op);
  return state_of(claim.ticket) == TicketState::kWaiting;
}

bool World::seeks_room(const Claim& claim) const { return waits(claim) && !runs(claim.model); }

const Claim* World::oldest_of(const ModelId& model) const {
  const auto it = std::find_if(order.begin(), order.end(),
                               [&](const Claim& claim) { return claim.model == model && waits(claim); });
  return it == order.end() ? nullptr : &*it;
}

std::vector<ModelId> World::live() const {
  std::vector<ModelId> out;
  for (const auto& [generation, launch] : alive) out.push_back(launch.model);
  return out;
}

bool World::loads(const ModelId& model) const {
  return std::any_of(alive.begin(), alive.end(), [&](const auto& one) {
    return one.second.model == model && one.second.phase == Phase::kStarting;
  });
}

bool World::runs(const ModelId& model) const {
  return std::any_of(alive.begin(), alive.end(), [&](const auto& one) {
    const Phase phase = one.second.phase;
    return one.second.model == model && (phase == Phase::kStarting || phase == Phase::kReady);
  });
}

bool World::must_stay(Generation generation) const {
  const auto it = ready_at.find(generation);
  return it != ready_at.end() && now < it->second + min_residency;
}

bool World::any_must_stay() const {
  return std::any_of(alive.begin(), alive.end(), [this](const auto& one) { return must_stay(one.first); });
}

TimePoint World::last_use(Generation generation) const {
  const auto it = used_at.find(generation);
  return it == used_at.end() ? TimePoint() : it->second;
}

Duration World::ttl_of(const ModelId& model) const {
  const auto it = keep_alives.find(model);
  return it == keep_alives.end() ? options.at(model).ttl : it->second;
}

bool World::lent_to(const ModelId& model, Generation generation) const {
  const auto it = lent.find(model);
  return it != lent.end() && it->second.generation == generation;
}

void World::bad_end(const ModelId& model) {
  Row& row = rows[model];
  Duration time = backoff.first;
  for (int i = 0; i < row.failures; ++i) time = std::min(2 * time, backoff.most);
  ++row.failures;
  if (backoff != Backoff{}) row.held_until = now + time;
}

void World::crashed(const ProcessExited& event) {
  if (leaving.contains(event.generation)) return;
  int& failures = rows[event.model].failures;
  if (event.backoff == Backoff{} || now >= ready_at[event.generation] + kSettled) {
    failures = 0;
  } else if (failures == 0) {
    failures = 1;
  } else {
    bad_end(event.model);
  }
}

void World::told_to_go(const ModelId& model) {
  for (const auto& [generation, launch] : alive) {
    if (launch.model == model) removed_ready.erase(generation);
    if (launch.model == model && launch.phase == Phase::kReady) leaving.insert(generation);
  }
}

void World::remove(const ModelId& model) {
  if (!removed.insert(model).second) return;
  const std::set<Generation> before = leaving;
  told_to_go(model);
  rows.erase(model);
  for (const Generation generation : leaving) {
    if (!before.contains(generation)) removed_ready.insert(generation);
  }
}

// One that still serves goes on.
void World::come_back(const ModelId& model) {
  removed.erase(model);
  for (const auto& [generation, launch] : alive) {
    if (launch.model != model || launch.phase != Phase::kReady) continue;
    if (removed_ready.erase(generation) > 0) leaving.erase(generation);
  }
}

Row World::row_of(const ModelId& model) const {
  const auto it = rows.find(model);
  return it == rows.end() ? Row() : it->second;
}

bool World::is_outdated(Generation generation) const {
  const auto launch = alive.find(generation);
  if (launch == alive.end() || removed.contains(launch->second.model)) return false;
  return launched.at(generation) != options.at(launch->second.model).launch;
}

bool World::any_removed_alive() const {
  return std::any_of(alive.begin(), alive.end(),
                     [this](const auto& one) { return removed.contains(one.second.model); });
}

bool World::any_outstanding() const {
  for (const auto& [model, gate] : lent) {
    if (!gate.open) return true;
  }
  for (const auto& [generation, launch] : alive) {
    if (launch.phase != Phase::kReady) return true;
  }
  return false;
}

bool World::any_timer_due() const {
  return std::any_of(timers.begin(), timers.end(), [this](const auto& one) { return one.second <= now; });
}

}  // namespace paddock::scheduler::walk
