// Which files the command line chose, and how they are read. The one place of the app that knows both.
// Any thread.
#pragma once

#include <string>
#include <vector>

#include "paddock/config/load.h"

namespace paddock::app {

struct ConfigChoice {
  std::vector<std::string> files;  // read together, in this order
  std::string dir;                 // its *.yml and *.yaml are read after them; empty: none

  bool empty() const { return files.empty() && dir.empty(); }
  friend bool operator==(const ConfigChoice&, const ConfigChoice&) = default;
};

// What cannot be read is a diagnostic.
config::LoadResult load_sources(const ConfigChoice& choice);

// For headings: the files and the folder as the user named them, "a.yaml, conf.d".
std::string name_of(const ConfigChoice& choice);

}  // namespace paddock::app
