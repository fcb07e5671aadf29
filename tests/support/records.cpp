#include "tests/support/records.h"

#include <set>
#include <sstream>
#include <stdexcept>

#include "tests/support/http.h"
#include "tests/support/temp_dir.h"

namespace paddock::test {

Clock::time_point time_of(const Event& event) {
  return Clock::time_point(std::chrono::nanoseconds(event.at("t").get<std::int64_t>()));
}

std::vector<Event> Records::all() const {
  std::vector<Event> events;
  std::istringstream lines(read_file(path_));
  for (std::string line; std::getline(lines, line);) {
    Event event = Event::parse(line, nullptr, false);
    if (event.is_object()) events.push_back(std::move(event));
  }
  return events;
}

std::vector<Event> Records::of(const std::string& kind, const std::string& name) const {
  std::vector<Event> events;
  for (auto& event : all()) {
    if (event["event"] == kind && (name.empty() || event["name"] == name)) events.push_back(std::move(event));
  }
  return events;
}

std::size_t Records::count(const std::string& kind, const std::string& name) const {
  return of(kind, name).size();
}

Event Records::wait_for(const std::string& kind, const std::string& name, std::size_t count,
                        Millis time) const {
  std::vector<Event> events;
  const bool found = eventually(
      [&] {
        events = of(kind, name);
        return events.size() >= count;
      },
      time);
  if (!found) throw std::runtime_error("no " + kind + " of '" + name + "' was recorded:\n" + text());
  return events[count - 1];
}

std::size_t Records::request_connections(const std::string& name) const {
  std::set<std::string> connections;
  for (const auto& event : of("head", name)) {
    connections.insert(event["pid"].dump() + "/" + event["conn"].dump());
  }
  return connections.size();
}

int Records::port_of(const std::string& name) const {
  wait_for("listening", name);
  return of("listening", name).back()["port"];
}

std::string Records::text() const {
  std::string text;
  for (auto event : all()) {
    if (event["event"] == "probe") continue;
    for (const char* bulky : {"environ", "headers", "body"}) event.erase(bulky);
    text += event.dump() + "\n";
    if (text.size() > 20000) return text + "...\n";
  }
  return text;
}

void release(int fake_port, const std::string& gate) { get(fake_port, "/fake/release/" + gate); }

}  // namespace paddock::test
