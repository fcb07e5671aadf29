#include "bench/sched_sim/simulate.h"

#include <queue>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <variant>

#include "paddock/scheduler/scheduler.h"

namespace paddock::sched_sim {
namespace {

using scheduler::State;

class Simulation {
 public:
  Simulation(const Trace& trace, Rule& rule);
  History run();

 private:
  // The next turn of a user.
  struct Begin {
    std::size_t user = 0;
  };
  struct Item {
    TimePoint at;
    std::uint64_t number = 0;  // of two at the same time the one that was planned first comes first
    std::variant<Begin, scheduler::Event> what;
    bool operator>(const Item& other) const { return at != other.at ? at > other.at : number > other.number; }
  };
  struct Process {
    State state = State::kStopped;
    Generation generation;
    int running = 0;
  };
  struct Place {
    std::size_t next = 0;  // turn
    std::size_t open = 0;  // requests that are not answered
  };
  struct Request {
    std::size_t user = 0;
    Duration answer{0};
    bool granted = false;
  };

  void plan(Duration after, std::variant<Begin, scheduler::Event> what) {
    agenda_.push({now_ + after, ++planned_, std::move(what)});
  }
  void plan_turn(std::size_t user);
  void happens(const Begin& begin);
  void happens(const scheduler::Event& event);
  bool note(const scheduler::Event& event);
  void note_answer(TicketId ticket);
  void tell(const scheduler::Event& event);

  void obey(const scheduler::Grant& order);
  void obey(const scheduler::StartProcess& order);
  void obey(const scheduler::StopProcess& order);
  void obey(const scheduler::ArmTimer& order);
  void obey(const scheduler::CancelTimer& order) { armed_.erase(order.timer); }
  void obey(const scheduler::Note&) {}
  void obey(const scheduler::Prefetch&) {}
  void obey(const scheduler::EndPrefetch&) {}
  template <class Other>
  void obey(const Other& order) {
    demand(false, order);
  }
  // The law.
  static void demand(bool lawful, const scheduler::Effect& order);
  bool fits(std::size_t model) const;

  const Trace& trace_;
  Rule& rule_;
  std::unordered_map<ModelId, std::size_t> numbers_;
  std::vector<Process> processes_;  // as the trace's models
  std::vector<Place> places_;       // as the trace's users
  std::vector<Request> requests_;   // as history_.requests
  std::priority_queue<Item, std::vector<Item>, std::greater<>> agenda_;
  std::uint64_t planned_ = 0;
  std::set<scheduler::TimerId> armed_;
  TimePoint now_{};
  History history_;
};

Simulation::Simulation(const Trace& trace, Rule& rule)
    : trace_(trace), rule_(rule), processes_(trace.models.size()), places_(trace.users.size()) {
  for (std::size_t i = 0; i < trace.models.size(); ++i) numbers_[trace.models[i].id] = i;
}

History Simulation::run() {
  for (std::size_t user = 0; user < trace_.users.size(); ++user) plan_turn(user);
  while (!agenda_.empty()) {
    const Item item = agenda_.top();
    agenda_.pop();
    now_ = item.at;
    std::visit([this](const auto& what) { happens(what); }, item.what);
  }
  for (const Place& place : places_) {
    if (place.open > 0) throw std::logic_error("somebody was never served");
  }
  return std::move(history_);
}

void Simulation::plan_turn(std::size_t user) {
  const std::size_t next = places_[user].next;
  if (next == trace_.users[user].size()) return;
  const Duration think = trace_.users[user][next].think;
  if (now_ + think < TimePoint(trace_.period)) plan(think, Begin{user});
}

void Simulation::happens(const Begin& begin) {
  Place& place = places_[begin.user];
  const Turn& turn = trace_.users[begin.user][place.next++];
  place.open = turn.asks.size();
  for (const Ask& ask : turn.asks) {
    requests_.push_back({begin.user, ask.answer});
    history_.requests.push_back({ask.model, now_, {}, {}});
    tell(scheduler::RequestArrived{{requests_.size()}, trace_.models[ask.model].id});
  }
}

void Simulation::happens(const scheduler::Event& event) {
  if (note(event)) tell(event);
  if (const auto* finished = std::get_if<scheduler::RequestFinished>(&event)) note_answer(finished->ticket);
}

// False: it did not happen after all.
bool Simulation::note(const scheduler::Event& event) {
  if (const auto* finished = std::get_if<scheduler::RequestFinished>(&event)) {
    Served& request = history_.requests[finished->ticket.value - 1];
    request.finished = now_;
    --processes_[request.model].running;
  } else if (const auto* ready = std::get_if<scheduler::ProcessReady>(&event)) {
    processes_[numbers_.at(ready->model)].state = State::kReady;
  } else if (const auto* exited = std::get_if<scheduler::ProcessExited>(&event)) {
    processes_[numbers_.at(exited->model)].state = State::kStopped;
  } else if (const auto* fired = std::get_if<scheduler::TimerFired>(&event)) {
    return armed_.erase(fired->timer) > 0;
  }
  return true;
}

void Simulation::note_answer(TicketId ticket) {
  const std::size_t user = requests_[ticket.value - 1].user;
  if (--places_[user].open == 0) plan_turn(user);
}

void Simulation::tell(const scheduler::Event& event) {
  for (const scheduler::Effect& effect : rule_.on(event, now_)) {
    std::visit([this](const auto& order) { obey(order); }, effect);
  }
}

void Simulation::obey(const scheduler::Grant& order) {
  const std::size_t model = numbers_.at(order.model);
  demand(order.ticket && order.ticket.value <= requests_.size(), order);
  Request& request = requests_[order.ticket.value - 1];
  Served& served = history_.requests[order.ticket.value - 1];
  Process& process = processes_[model];
  demand(!request.granted && served.model == model, order);
  demand(process.state == State::kReady && process.generation == order.generation, order);
  request.granted = true;
  served.granted = now_;
  ++process.running;
  plan(request.answer, scheduler::RequestFinished{order.ticket});
}

void Simulation::obey(const scheduler::StartProcess& order) {
  const std::size_t model = numbers_.at(order.model);
  Process& process = processes_[model];
  demand(process.state == State::kStopped && fits(model), order);
  process = {State::kStarting, order.generation};
  history_.launches.push_back({model, now_});
  plan(trace_.models[model].load, scheduler::ProcessReady{order.model, order.generation});
}

void Simulation::obey(const scheduler::StopProcess& order) {
  const std::size_t model = numbers_.at(order.model);
  Process& process = processes_[model];
  demand(process.state == State::kReady && process.running == 0, order);
  demand(process.generation == order.generation, order);
  process.state = State::kStopping;
  plan(trace_.models[model].stop, scheduler::ProcessExited{order.model, order.generation, "exit code 0"});
}

void Simulation::obey(const scheduler::ArmTimer& order) {
  armed_.insert(order.timer);
  plan(order.at - now_, scheduler::TimerFired{order.timer});
}

bool Simulation::fits(std::size_t model) const {
  std::vector<ModelId> alive;
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    if (processes_[i].state != State::kStopped) alive.push_back(trace_.models[i].id);
  }
  return trace_.policy->evictions(trace_.models[model].id, alive).empty();
}

void Simulation::demand(bool lawful, const scheduler::Effect& order) {
  if (lawful) return;
  std::ostringstream text;
  text << "a rule may not order " << order << " now";
  throw std::logic_error(text.str());
}

}  // namespace

History simulate(const Trace& trace, Rule& rule) { return Simulation(trace, rule).run(); }

}  // namespace paddock::sched_sim
