// What the next launch of a model is like: each has a file with flags that the fake reads at its start.
#include <filesystem>

#include "tests/chaos/scene.h"
#include "tests/chaos/storm.h"
#include "tests/support/temp_dir.h"

namespace paddock::chaos {
namespace {

void set_mood(const Storm& storm, const std::string& model, const std::string& flags) {
  const std::string file = storm.moods_folder() + "/" + model;
  test::write_file(file + ".new", flags);
  std::filesystem::rename(file + ".new", file);
}

// The name of a mood is what it is counted as.
struct Mood {
  const char* name;
  std::string flags;
};

Mood bad_mood(Dice& dice) {
  switch (dice.roll(9)) {
    case 0:
      return {"deaf", "--ignore-sigterm"};
    case 1:
      return {"slow to stop", "--sigterm-delay-ms " + std::to_string(dice.roll(700))};
    case 2:
      return {"hung health", dice.one_in(2) ? "--health-hang" : "--health-never"};
    case 3:
      return {"log flood", "--flood-log 3000000"};
    case 4:
      return {"dies at once", "--exit-before-listen --exit-code 3"};
    case 5:
      return {"dies of a request", "--crash-on-request"};
    case 6:
      return {"dies soon", "--exit-after-ms " + std::to_string(dice.roll(300))};
    case 7:
      return {"has a child", "--fork-grandchild"};
    default:
      return {"has a child elsewhere", "--fork-grandchild --setsid --ignore-sigterm"};
  }
}

}  // namespace

void run_weather(Storm& storm, unsigned seed) {
  Dice dice(seed);
  while (!storm.over()) {
    std::string flags = "--listen-delay-ms " + std::to_string(dice.roll(60)) + " --health-delay-ms " +
                        std::to_string(dice.roll(120)) + " ";
    if (dice.one_in(3)) {
      const Mood mood = bad_mood(dice);
      flags += mood.flags;
      storm.count(std::string("mood: ") + mood.name);
    }
    set_mood(storm, dice.pick(models()), flags);
    storm.pause(Millis(20 + dice.roll(60)));
  }
}

void calm_down(const Storm& storm) {
  for (const std::string& model : models()) set_mood(storm, model, "");
}

}  // namespace paddock::chaos
