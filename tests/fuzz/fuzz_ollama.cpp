// Any bytes as a request of Ollama's API and as an upstream's answer to one: a JSON object to send or a
// sentence, and lines that are JSON with one end, the same wherever the body is cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "paddock/ollama/answer.h"
#include "paddock/ollama/request.h"
#include "paddock/ollama/views.h"

namespace {

using namespace paddock::ollama;

constexpr Call kCalls[] = {Call::kChat, Call::kGenerate, Call::kEmbed, Call::kEmbeddings};
constexpr Form kForms[] = {Form::kChat, Form::kCompletion, Form::kInfill, Form::kEmbedding};

void demand(bool good) {
  if (!good) std::abort();
}

void check_request(Call call, std::string_view text) {
  const auto request = read_request(call, text);
  if (!request) return demand(request.error().status == 400 && !request.error().sentence.empty());
  demand(!request->model.empty());
  if (request->deed != Deed::kAsk) return demand(idle_answer(*request, {}).ends_with('\n'));
  demand(nlohmann::json::parse(request->body, nullptr, false).is_object());
}

std::string answer_to(const AnswerOptions& options, const std::string& content_type, std::string_view body,
                      std::size_t cut) {
  Answer answer(options);
  answer.begin(200, content_type);
  std::string out;
  answer.feed(body.substr(0, cut), out);
  answer.feed(body.substr(cut), out);
  answer.end(out);
  return out;
}

void check_lines(std::string_view out) {
  demand(!out.empty() && out.back() == '\n');
  while (!out.empty()) {
    const std::size_t end = out.find('\n');
    demand(nlohmann::json::parse(out.substr(0, end), nullptr, false).is_object());
    out.remove_prefix(end + 1);
  }
}

void check_answer(Form form, bool stream, std::string_view body) {
  AnswerOptions options;
  options.form = form;
  options.stream = stream;
  options.wall = [] { return WallTime(); };
  options.now = [] { return paddock::TimePoint(); };
  for (const char* content_type : {"text/event-stream", "application/json"}) {
    const std::string whole = answer_to(options, content_type, body, body.size());
    check_lines(whole);
    demand(answer_to(options, content_type, body, body.size() / 2) == whole);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Call call : kCalls) check_request(call, text);
  for (const Form form : kForms) {
    for (const bool stream : {true, false}) check_answer(form, stream, text);
  }
  return 0;
}
