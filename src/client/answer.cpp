#include "answer.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "paddock/base/text.h"

namespace paddock::client {

namespace {

using Json = nlohmann::json;

constexpr int kUnauthorized = 401;
constexpr std::size_t kLongestMessage = 4000;

// {"error": {"message", "type", "param", "code", "detail"}}; both empty where it is not that.
struct Refusal {
  std::string message;
  std::string code;
};

std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Refusal refusal_in(const std::string& body) {
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return {};
  const auto error = json.find("error");
  if (error == json.end() || !error->is_object()) return {};
  return {text_at(*error, "message"), text_at(*error, "code")};
}

Failure no_key(const Question& question) {
  const std::string what = question.with_key ? " refuses the key in PADDOCK_API_KEY" : " wants a key";
  return {question.url + what + "; set PADDOCK_API_KEY to one of the apiKeys in its configuration"};
}

Failure no_paddock(const Question& question, int status) {
  return {"what answers at " + question.url + " is no paddock (" + question.path + ": status " +
          std::to_string(status) + "); name the daemon's address with --url or PADDOCK_HOST"};
}

std::string sentence_of(const Question& question, int status, const Refusal& refusal) {
  if (refusal.code == "not_found" || refusal.code == "method_not_allowed") {
    return "the daemon at " + question.url + " does not know " + question.path +
           "; run the same version here and there";
  }
  const std::string code = refusal.code.empty() ? "" : " " + printable(refusal.code);
  return question.url + " says: " + printable(trim(refusal.message), kLongestMessage) + " (" +
         std::to_string(status) + code + ")";
}

Failure refused(const Question& question, Answer answer, const Refusal& refusal) {
  Failure failure{sentence_of(question, answer.status, refusal), refusal.code};
  if (!refusal.code.empty()) failure.body = std::move(answer.body);
  return failure;
}

}  // namespace

Result<std::string, Failure> judge(const Question& question, Answer answer) {
  if (answer.status >= 200 && answer.status < 300) {
    if (question.wanted == Wanted::kJson && !Json::accept(answer.body))
      return no_paddock(question, answer.status);
    // Said in full because a Failure can be made of a string as well.
    return Result<std::string, Failure>(boost::system::in_place_value, std::move(answer.body));
  }
  if (answer.status == kUnauthorized) return no_key(question);
  const Refusal refusal = refusal_in(answer.body);
  return refusal.message.empty() ? no_paddock(question, answer.status)
                                 : refused(question, std::move(answer), refusal);
}

}  // namespace paddock::client
