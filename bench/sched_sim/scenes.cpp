// The scenes: numbers only. Times are in seconds.
#include "bench/sched_sim/traffic.h"

namespace paddock::sched_sim {
namespace {

constexpr Span kStop{0.5, 2};

Scene light() {
  Scene out;
  out.name = "light";
  out.about = "three users now and then ask three quick models, one at a time";
  out.models = {{"a", {5, 12}, kStop, {1, 8}}, {"b", {5, 12}, kStop, {1, 8}}, {"c", {5, 12}, kStop, {1, 8}}};
  out.habits = {{3, {3, 2, 1}, {300, 3600}, {1, 6}, {10, 60}}};
  return out;
}

Scene lively() {
  Scene out = light();
  out.name = "lively";
  out.about = "the same models with six users, so that now and then somebody waits for more than a load";
  out.habits = {{6, {3, 2, 1}, {120, 3600}, {1, 6}, {10, 60}}};
  return out;
}

Scene light_pairs() {
  Scene out = light();
  out.name = "light-pairs";
  // A working week: in one day the luck of who is asked for next outweighs the rule by which victims go.
  out.period = std::chrono::hours(40);
  out.about = "five users now and then ask four quick models, any two of which fit together";
  out.models.push_back({"d", {5, 12}, kStop, {1, 8}});
  out.sets = {"a & b | a & c | a & d | b & c | b & d | c & d"};
  out.habits = {{5, {1, 1, 1, 1}, {300, 3600}, {1, 6}, {10, 60}}};
  return out;
}

Scene chat_and_coder() {
  Scene out;
  out.name = "chat-and-coder";
  out.about = "six chat on one model, a seventh now and then needs a slow coder, one at a time";
  out.models = {{"chat", {15, 25}, kStop, {3, 30}}, {"coder", {40, 60}, kStop, {10, 90}}};
  out.habits = {{6, {1, 0}, {60, 600}, {5, 20}, {5, 60}}, {1, {0, 1}, {600, 3600}, {1, 5}, {30, 120}}};
  return out;
}

Scene two_busy() {
  Scene out;
  out.name = "two-busy";
  out.about = "two users keep three jobs each running, on two models, one at a time";
  out.models = {{"a", {30, 30}, {1, 1}, {5, 20}}, {"b", {60, 60}, {1, 1}, {5, 20}}};
  const Habit busy{3, {1, 0}, {1, 4}, {100, 100}, {1, 4}};
  out.habits = {busy, busy};
  out.habits[1].popularity = {0, 1};
  return out;
}

Scene agents() {
  Scene out;
  out.name = "agents";
  out.about = "two agents fire bursts at three models, two people chat on a fourth, one at a time";
  out.models = {{"chat", {10, 20}, kStop, {3, 30}},
                {"coder", {30, 60}, kStop, {5, 60}},
                {"embed", {5, 5}, kStop, {1, 3}},
                {"judge", {15, 30}, kStop, {2, 15}}};
  out.habits = {{2, {0, 3, 2, 1}, {60, 900}, {3, 20}, {2, 10}, {2, 8}},
                {2, {1}, {120, 1800}, {3, 12}, {15, 90}}};
  return out;
}

Scene pictures() {
  Scene out;
  out.name = "pictures";
  out.about = "two cards: chat beside pictures, and now and then a coder that needs both";
  out.models = {{"chat", {15, 25}, kStop, {3, 30}, 1},
                {"img", {8, 15}, kStop, {10, 40}, 2},
                {"coder", {40, 60}, kStop, {10, 90}, 3}};
  out.sets = {"chat & img"};
  out.gpus = 2;
  out.habits = {{3, {1}, {60, 900}, {3, 12}, {15, 90}},
                {1, {0, 1}, {120, 1200}, {2, 8}, {5, 60}, {1, 4}},
                {1, {0, 0, 1}, {600, 3600}, {1, 5}, {30, 120}}};
  return out;
}

}  // namespace

const std::vector<Scene>& scenes() {
  static const std::vector<Scene> all{light(),    lively(), light_pairs(), chat_and_coder(),
                                      two_busy(), agents(), pictures()};
  return all;
}

}  // namespace paddock::sched_sim
