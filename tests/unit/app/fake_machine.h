// FakeMachine: a machine with the files, programs and cards that a test names. A file brings its folders.
// Value; one thread.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "machine_facts.h"

namespace paddock::app {

struct FakeMachine : MachineFacts {
  std::set<std::string> files;
  std::set<std::string> programs;  // files, too
  std::string path = "/usr/local/bin:/usr/bin";
  std::optional<std::vector<int>> cards;

  bool exists(const std::string& wanted) const override {
    return is_there(files, wanted) || is_there(programs, wanted);
  }
  bool is_program(const std::string& wanted) const override { return programs.count(wanted) > 0; }
  std::string search_path() const override { return path; }
  std::optional<std::vector<int>> gpus() const override { return cards; }

 private:
  static bool is_there(const std::set<std::string>& names, const std::string& wanted) {
    if (names.count(wanted) > 0) return true;
    const auto below = names.lower_bound(wanted + "/");
    return below != names.end() && below->starts_with(wanted + "/");
  }
};

}  // namespace paddock::app
