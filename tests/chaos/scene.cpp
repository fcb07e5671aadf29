#include "tests/chaos/scene.h"

#include <algorithm>

#include "tests/support/test_daemon.h"

namespace paddock::chaos {
namespace {

// Of d, e and f any two may run together, all three may not; h and x run alone.
const std::vector<std::set<std::string>> kSets = {
    {"a", "b", "c"}, {"d", "e"}, {"e", "f"}, {"d", "f"}, {"a", "g"}};

std::string matrix() {
  std::string sets;
  for (std::size_t i = 0; i < kSets.size(); ++i) {
    std::string members;
    for (const std::string& id : kSets[i]) members += (members.empty() ? "" : " & ") + id;
    sets += "    s" + std::to_string(i) + ": " + members + "\n";
  }
  return "matrix:\n  sets:\n" + sets;
}

// What is different about a model besides what it does.
std::string more_of(const std::string& id, const Wording& wording) {
  if (id == "a") return wording.alias ? ", priority: 1, aliases: [first]" : ", priority: 1";
  if (id == "b") return ", concurrencyLimit: 2";
  if (id == "c") return ", queueLimit: 3";
  if (id == "d") return ", ttl: " + std::to_string(wording.ttl);
  return "";
}

}  // namespace

const std::vector<std::string>& models() {
  static const std::vector<std::string> all = {"a", "b", "c", "d", "e", "f", "g", "h"};
  return all;
}

bool may_live_together(const std::set<std::string>& ids) {
  if (ids.size() < 2) return true;
  return std::any_of(kSets.begin(), kSets.end(), [&](const std::set<std::string>& set) {
    return std::includes(set.begin(), set.end(), ids.begin(), ids.end());
  });
}

std::string configuration(const std::string& first_lines, const std::string& lives, const std::string& moods,
                          const Wording& wording) {
  std::string text = first_lines +
                     // Small enough for one flood to fill it before memory is measured.
                     "logBuffer: 1MiB\n"
                     "unloadTimeout: 1\nhealthCheckTimeout: 15\n"
                     "routing: {scheduler: {settings: {fair: {maxWait: 2s}}}}\n" +
                     matrix() + "models:\n";
  std::vector<std::string> ids = models();
  if (wording.without_h) ids.pop_back();
  if (wording.extra) ids.emplace_back("x");
  for (const std::string& id : ids) {
    std::string flags =
        " --port ${PORT} --name " + id + " --lives " + lives + " --flags-from " + moods + "/" + id;
    if (id == "b") flags += " --log-line wording-" + std::to_string(wording.log_line);
    text += "  " + id + ": {cmd: \"" + test::fake_program() + flags + "\"" + more_of(id, wording) + "}\n";
  }
  return text;
}

}  // namespace paddock::chaos
