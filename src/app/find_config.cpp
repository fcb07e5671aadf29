#include "find_config.h"

#include <sys/stat.h>

#include <cstdlib>

namespace paddock::app {

namespace {

bool absolute(const char* path) { return path && path[0] == '/'; }

// A folder that this user may not look into says nothing about what is in it.
bool is_there(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 && !S_ISDIR(facts.st_mode);
}

}  // namespace

std::vector<std::string> usual_places(const char* xdg_config_home, const char* home) {
  std::vector<std::string> places = {"/app/config.yaml", "/etc/paddock/config.yaml"};
  if (absolute(xdg_config_home)) {
    places.push_back(std::string(xdg_config_home) + "/paddock/config.yaml");
  } else if (absolute(home)) {
    places.push_back(std::string(home) + "/.config/paddock/config.yaml");
  }
  places.emplace_back("./config.yaml");
  return places;
}

std::string first_there(const std::vector<std::string>& places) {
  for (const std::string& place : places) {
    if (is_there(place)) return place;
  }
  return {};
}

std::string find_config() {
  return first_there(usual_places(std::getenv("XDG_CONFIG_HOME"), std::getenv("HOME")));
}

}  // namespace paddock::app
