// A scheduler with three models a, b, c, driven by short words: events go in as calls, the effects come back
// as a list to compare. Notes are kept apart in `notes`, because they are prose, and what may be read ahead
// in `advice`, because it changes nothing about who runs: prefetch_test.cpp has it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "paddock/matrix/sets.h"
#include "paddock/scheduler/scheduler.h"

namespace paddock::scheduler {

using Effects = std::vector<Effect>;
using std::chrono::seconds;

inline TicketId ticket(std::uint64_t n) { return {n}; }
inline OpId op(std::uint64_t n) { return {n}; }
inline Generation gen(std::uint64_t n) { return {n}; }
inline TimePoint at(int s) { return TimePoint(seconds(s)); }

inline Grant granted(std::uint64_t t, const char* model, std::uint64_t g) {
  return {ticket(t), ModelId(model), gen(g)};
}
inline Reject rejected(std::uint64_t t, const char* model, RejectReason reason, std::uint64_t g = 0) {
  return {ticket(t), ModelId(model), reason, gen(g), {}};
}
inline StartProcess started(const char* model, std::uint64_t g, const char* reason = "request") {
  return {ModelId(model), gen(g), reason};
}
inline StopProcess stopped(const char* model, std::uint64_t g, const char* reason, int grace = 10) {
  return {ModelId(model), gen(g), seconds(grace), reason};
}
inline Revoke revoked(const char* model, std::uint64_t g) { return {ModelId(model), gen(g)}; }
inline OperationDone done(std::uint64_t o) { return {op(o), std::nullopt, {}, {}}; }
inline OperationDone done(std::uint64_t o, RejectReason reason, std::uint64_t g = 0) {
  return {op(o), reason, gen(g), {}};
}

// Those that share a letter's case do not fit together: `a b c` exclude each other, `A B` fit beside all but
// each other.
class CasePolicy final : public EvictionPolicy {
 public:
  Room make_room(const ModelId& target, const std::vector<ModelId>& running) const override {
    Room out;
    for (const ModelId& model : running) {
      if (model != target && upper(model) == upper(target)) out.evict.push_back(model);
    }
    return out;
  }

 private:
  static bool upper(const ModelId& id) { return id.str()[0] >= 'A' && id.str()[0] <= 'Z'; }
};

// Models with a letter each, in the order of `letters`, and one set.
inline std::unique_ptr<EvictionPolicy> matrix_of(std::string_view set, const std::string& letters = "abAB",
                                                 std::vector<std::uint64_t> costs = {}) {
  matrix::Names names;
  names.model = [&](std::string_view name) { return static_cast<std::uint32_t>(letters.find(name)); };
  std::vector<ModelId> models;
  for (const char letter : letters) models.push_back(ModelId(std::string(1, letter)));
  costs.resize(models.size(), 1);
  const std::vector<matrix::Definition> definitions{{"set", set}};
  return std::make_unique<MatrixPolicy>(matrix::Solver(*matrix::link(definitions, names), costs), models,
                                        std::vector<std::string>{"set"});
}

class Driven : public ::testing::Test {
 protected:
  void make(Options options, std::unique_ptr<EvictionPolicy> policy = std::make_unique<ExclusivePolicy>()) {
    scheduler_ = std::make_unique<Scheduler>(std::move(options), std::move(policy));
  }
  // Everybody is overdue at once, so that no timer hides what a test is about; fair.h has the others.
  static Options options_for(std::vector<ModelOptions> models) {
    Options options{std::move(models)};
    options.max_wait = seconds(0);
    return options;
  }
  void SetUp() override { make(options_for({{ModelId("a")}, {ModelId("b")}, {ModelId("c")}})); }

  Effects on(const Event& event) {
    Effects out;
    for (Effect& effect : scheduler_->on(event, now)) {
      if (const Note* note = std::get_if<Note>(&effect)) {
        notes.push_back(note->text);
      } else if (std::get_if<Prefetch>(&effect) || std::get_if<EndPrefetch>(&effect)) {
        advice.push_back(std::move(effect));
      } else {
        out.push_back(std::move(effect));
      }
    }
    return out;
  }

  Effects arrive(std::uint64_t t, const char* model) { return on(RequestArrived{ticket(t), ModelId(model)}); }
  Effects look(std::uint64_t t, const char* model) {
    return on(RequestArrived{ticket(t), ModelId(model), Use::kLook});
  }
  Effects cancel(std::uint64_t t) { return on(RequestCancelled{ticket(t)}); }
  Effects finish(std::uint64_t t) { return on(RequestFinished{ticket(t)}); }
  Effects ready(const char* model, std::uint64_t g) { return on(ProcessReady{ModelId(model), gen(g)}); }
  Effects failed(const char* model, std::uint64_t g) {
    return on(ProcessFailed{ModelId(model), gen(g), "no such file"});
  }
  Effects exited(const char* model, std::uint64_t g) {
    return on(ProcessExited{ModelId(model), gen(g), "exit code 0"});
  }
  Effects load(std::uint64_t o, const char* model) { return on(LoadRequested{op(o), ModelId(model)}); }
  Effects cancel_load(std::uint64_t o, const char* model) { return on(LoadCancelled{op(o), ModelId(model)}); }
  Effects restart(std::uint64_t o, const char* model) { return on(RestartRequested{op(o), ModelId(model)}); }
  Effects unload(std::uint64_t o, const char* model, UnloadMode mode = UnloadMode::kDrain) {
    return on(UnloadRequested{op(o), {ModelId(model)}, mode});
  }

  // Brings a model up with one running request.
  void serving(std::uint64_t t, const char* model, std::uint64_t g) {
    arrive(t, model);
    ready(model, g);
    notes.clear();
  }

  ModelView view(const char* model) const {
    for (const ModelView& m : scheduler_->view().models) {
      if (m.id == ModelId(model)) return m;
    }
    return {};
  }

  TimePoint now = at(0);
  std::vector<std::string> notes;
  Effects advice;
  std::unique_ptr<Scheduler> scheduler_;
};

}  // namespace paddock::scheduler
