#include "paddock/kvcache/server.h"

#include <httplib.h>

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "paddock/base/text.h"

namespace paddock::kvcache {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLargest = 4 << 20;  // of an answer
constexpr int kBadRequest = 400, kNoKey = 401, kForbidden = 403, kNotFound = 404, kNotImplemented = 501;

struct Answer {
  int status = 0;
  std::string body;
};

// What an engine says of an error, in OpenAI's form or in its own.
std::string reason_in(const Answer& answer) {
  const auto json = nlohmann::json::parse(answer.body, nullptr, false);
  const auto error = json.is_object() ? json.value("error", nlohmann::json()) : nlohmann::json();
  const auto message = error.is_object() ? error.value("message", nlohmann::json()) : error;
  const std::string status = "it answers " + std::to_string(answer.status);
  return message.is_string() ? status + ": " + printable(message.get<std::string>()) : status;
}

// A key of its own is part of the command, and another one another fingerprint.
bool is_for_good(int status) {
  return status == kNotImplemented || status == kNotFound || status == kNoKey || status == kForbidden;
}

class HttpServer final : public Server {
 public:
  HttpServer(std::string address, int port, std::string base)
      : address_(std::move(address)), port_(port), base_(std::move(base)) {}

  Result<std::vector<Slot>, Refusal> slots(TimePoint until) override {
    const auto answer = ask("GET", "/slots", {}, until);
    if (!answer) return answer.error();
    if (answer->status != 200) return refusal(*answer);
    if (auto slots = parse_slots(answer->body)) return std::move(*slots);
    return Refusal{true, "what it says of its slots is no list of slots"};
  }

  std::string build(TimePoint until) override {
    const auto answer = ask("GET", "/props", {}, until);
    if (!answer || answer->status != 200) return {};
    const auto json = nlohmann::json::parse(answer->body, nullptr, false);
    const auto build = json.is_object() ? json.value("build_info", nlohmann::json()) : nlohmann::json();
    return build.is_string() ? build.get<std::string>() : std::string();
  }

  Result<Moved, Refusal> save(std::int64_t slot, const std::string& file, TimePoint until) override {
    return move("save", slot, file, until, kBadRequest);
  }

  Result<Moved, Refusal> restore(std::int64_t slot, const std::string& file, TimePoint until) override {
    return move("restore", slot, file, until, kNotImplemented);
  }

 private:
  Result<Moved, Refusal> move(const char* action, std::int64_t slot, const std::string& file, TimePoint until,
                              int refused) {
    const std::string path = "/slots/" + std::to_string(slot) + "?action=" + action;
    const auto answer = ask("POST", path, nlohmann::json{{"filename", file}}.dump(), until);
    if (!answer) return answer.error();
    if (answer->status == refused) return Refusal{true, reason_in(*answer)};
    if (answer->status != 200) return refusal(*answer);
    if (const auto moved = parse_moved(answer->body)) return *moved;
    return Refusal{true, "its answer does not say how many tokens it moved"};
  }

  static Refusal refusal(const Answer& answer) { return {is_for_good(answer.status), reason_in(answer)}; }

  // The library throws where a reply or the machine is odd enough.
  Result<Answer, Refusal> ask(const char* method, const std::string& path, const std::string& body,
                              TimePoint until) const {
    try {
      return perform(method, path, body, until);
    } catch (const std::exception& error) {
      return Refusal{false, printable(error.what())};
    }
  }

  Result<Answer, Refusal> perform(const char* method, const std::string& path, const std::string& body,
                                  TimePoint until) const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - steady_now());
    if (left <= 0ms) return Refusal{false, "there was no time left"};
    httplib::Client http(address_, port_);
    http.set_connection_timeout(std::min(left, std::chrono::milliseconds(5s)));
    http.set_read_timeout(left);
    http.set_write_timeout(left);
    httplib::Request request;
    request.method = method;
    request.path = base_ + path;
    request.body = body;
    request.headers.emplace("Host", "localhost");
    if (!body.empty()) request.headers.emplace("Content-Type", "application/json");
    Answer answer;
    request.content_receiver = [&](const char* data, std::size_t size, auto, auto) {
      if (size > kLargest - answer.body.size() || steady_now() > until) return false;
      answer.body.append(data, size);
      return true;
    };
    const httplib::Result result = http.send(request);
    if (!result) return Refusal{false, "no answer: " + httplib::to_string(result.error())};
    answer.status = result->status;
    return answer;
  }

  const std::string address_;
  const int port_;
  const std::string base_;
};

}  // namespace

std::unique_ptr<Server> connect(const std::string& address, int port, const std::string& base_path) {
  return std::make_unique<HttpServer>(address, port, base_path);
}

}  // namespace paddock::kvcache
