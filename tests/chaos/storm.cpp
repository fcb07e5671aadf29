#include "tests/chaos/storm.h"

#include <poll.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "tests/support/http.h"

namespace paddock::chaos {
namespace {

// What our own errors may say here. All of them end a request for a reason that is in docs/api.md.
const std::set<std::string> kErrors = {
    "queue_full",      "frozen",         "start_failed",     "crash_loop",
    "start_timeout",   "unloaded",       "invalid_request",  "upstream_unreachable",
    "model_not_found", "config_invalid", "upstream_stalled", "upstream_failed"};

}  // namespace

Storm::Storm(int port, std::string folder, Millis time)
    : port_(port), folder_(std::move(folder)), lives_(folder_ + "/lives"), deadline_(time) {
  std::filesystem::create_directories(moods_folder());
}

void Storm::pause(Millis time) const {
  const auto left = std::min<std::int64_t>(time.count(), deadline_.left_ms());
  ::poll(nullptr, 0, static_cast<int>(left));
}

void Storm::complain(const std::string& what) {
  const std::lock_guard lock(mutex_);
  complaints_.push_back(what);
}

std::vector<std::string> Storm::complaints() const {
  const std::lock_guard lock(mutex_);
  return complaints_;
}

void Storm::count(const std::string& what) {
  const std::lock_guard lock(mutex_);
  ++tally_[what];
}

int Storm::counted(const std::string& what) const {
  const std::lock_guard lock(mutex_);
  const auto found = tally_.find(what);
  return found == tally_.end() ? 0 : found->second;
}

std::string Storm::tally() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [what, times] : tally_) text += "  " + what + ": " + std::to_string(times) + "\n";
  return text;
}

std::string closing_request(const std::string& method, const std::string& target, const std::string& body) {
  return test::make_request(method, target, body, {{"Connection", "close"}});
}

Answer read_answer(std::string bytes) {
  Answer answer{std::move(bytes), 0, {}};
  const auto blank = answer.bytes.find(' ');
  if (answer.bytes.rfind("HTTP/1.", 0) == 0) answer.status = std::atoi(answer.bytes.c_str() + blank);
  const auto body = answer.bytes.find("\r\n\r\n");
  if (answer.status < 400 || body == std::string::npos) return answer;
  const auto json = test::Json::parse(answer.bytes.substr(body + 4), nullptr, false);
  if (json.is_object() && json.contains("error") && json["error"].is_object())
    answer.code = json["error"].value("code", "");
  return answer;
}

Answer exchange(Storm& storm, const std::string& who, const std::string& request) {
  const auto begin = Clock::now();
  try {
    test::RawClient client(storm.port());
    // What is refused early need not be read to its end.
    client.send_some(request, kEveryRequestEnds);
    std::string bytes;
    const test::End end = client.read_to_end(bytes, kEveryRequestEnds);
    if (end == test::End::kTimeout) {
      storm.complain(who + ": not ended after " + std::to_string(static_cast<int>(test::ms_since(begin))) +
                     " ms; so far: " + bytes.substr(0, 300));
      return {};
    }
    Answer answer = read_answer(std::move(bytes));
    const std::string shown = answer.status >= 400 ? std::to_string(answer.status) + " " + answer.code
                                                   : std::to_string(answer.status);
    storm.count("answer " + shown);
    if (answer.status == 0) storm.complain(who + ": closed without an answer");
    return answer;
  } catch (const std::exception& error) {
    storm.complain(who + ": " + error.what());
    return {};
  }
}

Answer call(Storm& storm, const std::string& who, const std::string& request) {
  Answer answer = exchange(storm, who, request);
  if (answer.status >= 400 && kErrors.count(answer.code) == 0)
    storm.complain(who + ": " + answer.bytes.substr(0, 600));
  return answer;
}

}  // namespace paddock::chaos
