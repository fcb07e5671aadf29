#include "paddock/ollama/request.h"

#include <utility>

#include "json.h"
#include "keep_alive.h"
#include "messages.h"
#include "paddock/ollama/names.h"
#include "reader.h"
#include "sampling.h"

namespace paddock::ollama {

namespace {

// What the upstream's prompt is made of decides where it is asked.
constexpr const char* path_of(Form form) {
  switch (form) {
    case Form::kChat:
      return "/v1/chat/completions";
    case Form::kCompletion:
      return "/v1/completions";
    case Form::kInfill:
      return "/infill";
    case Form::kEmbedding:
      return "/v1/embeddings";
  }
  return "";
}

class Translation {
 public:
  Translation(Call call, Json json) : json_(std::move(json)) { out_.call = call; }

  Result<Request, Refusal> run() {
    out_.model = reader_.text(json_, "model");
    if (out_.model.empty()) reader_.fail("model is missing");
    out_.keep_alive = read_keep_alive(json_, reader_);
    body_["model"] = without_latest(out_.model);
    translate();
    if (reader_.problem()) return Refusal{400, *reader_.problem()};
    if (out_.deed != Deed::kAsk) return std::move(out_);
    out_.path = path_of(out_.form);
    out_.body = dump(body_);
    return std::move(out_);
  }

 private:
  void translate() {
    switch (out_.call) {
      case Call::kChat:
        return chat();
      case Call::kGenerate:
        return generate();
      case Call::kEmbed:
        return embed("input");
      case Call::kEmbeddings:
        return embed("prompt");
    }
  }

  void chat() {
    out_.stream = reader_.flag(json_, "stream", true);
    Json* messages = reader_.list(json_, "messages");
    if (messages == nullptr || messages->empty()) return idle();
    body_["messages"] = openai_messages(*messages, reader_);
    Json* tools = reader_.list(json_, "tools");
    if (tools != nullptr && !tools->empty()) body_["tools"] = std::move(*tools);
    put_common(Form::kChat);
  }

  void generate() {
    out_.stream = reader_.flag(json_, "stream", true);
    std::string prompt = reader_.text(json_, "prompt");
    std::string suffix = reader_.text(json_, "suffix");
    const Json* images = reader_.list(json_, "images");
    const bool has_images = images != nullptr && !images->empty();
    if (prompt.empty() && suffix.empty() && !has_images) return idle();
    if (reader_.flag(json_, "raw", false)) return raw(std::move(prompt), has_images);
    if (!suffix.empty()) return infill(std::move(prompt), std::move(suffix), has_images);
    ask(std::move(prompt));
  }

  void ask(std::string prompt) {
    std::string system = reader_.text(json_, "system");
    Json messages = Json::array();
    if (!system.empty()) messages.push_back({{"role", "system"}, {"content", std::move(system)}});
    Json content = content_with_images(std::move(prompt), json_, "", reader_);
    messages.push_back({{"role", "user"}, {"content", std::move(content)}});
    body_["messages"] = std::move(messages);
    put_common(Form::kChat);
  }

  void raw(std::string prompt, bool has_images) {
    for (const char* member : {"system", "template"}) {
      if (!reader_.text(json_, member).empty()) {
        reader_.fail(std::string("raw takes the prompt as it is: leave out ") + member);
      }
    }
    if (has_images) reader_.fail("raw takes no images: leave one of the two out");
    body_["prompt"] = std::move(prompt);
    put_common(Form::kCompletion);
  }

  // OpenAI's `suffix` is refused by llama.cpp's server, which has a call of its own for it.
  void infill(std::string prompt, std::string suffix, bool has_images) {
    if (has_images) reader_.fail("suffix takes no images: leave one of the two out");
    body_["input_prefix"] = std::move(prompt);
    body_["input_suffix"] = std::move(suffix);
    put_common(Form::kInfill);
  }

  void embed(const char* member) {
    out_.stream = false;
    std::vector<std::string> input = reader_.texts(json_, member);
    const bool is_empty = input.empty() || (input.size() == 1 && input.front().empty());
    if (is_empty) return idle();
    if (out_.call == Call::kEmbeddings && input.size() > 1) reader_.fail("prompt must be text");
    out_.form = Form::kEmbedding;
    body_["input"] = std::move(input);
    body_["encoding_format"] = "float";
    if (const auto dimensions = reader_.whole(json_, "dimensions"); dimensions.value_or(0) > 0) {
      body_["dimensions"] = *dimensions;
    }
  }

  void idle() {
    const bool leaves = out_.keep_alive && *out_.keep_alive == KeepAlive{};
    out_.deed = leaves ? Deed::kUnload : Deed::kLoad;
  }

  void put_common(Form form) {
    out_.form = form;
    body_["stream"] = out_.stream;
    // The last line has counts, and an OpenAI stream has none unless asked.
    if (out_.stream && form != Form::kInfill) body_["stream_options"] = {{"include_usage", true}};
    put_format(form);
    put_options(json_, form, body_, reader_);
    if (form != Form::kChat) return;
    put_think();
    put_logprobs();
  }

  void put_format(Form form) {
    Json* format = find(json_, "format");
    if (format == nullptr || *format == "") return;
    const bool any = format->is_string() && *format == "json";
    if (!any && !format->is_object()) return reader_.fail("format must be \"json\" or a JSON schema");
    Json schema = any ? Json{{"type", "object"}} : std::move(*format);
    if (form != Form::kChat) {
      body_["json_schema"] = std::move(schema);  // llama.cpp's, where OpenAI has nothing
    } else if (any) {
      body_["response_format"] = {{"type", "json_object"}};
    } else {
      body_["response_format"] = {{"type", "json_schema"},
                                  {"json_schema", {{"name", "format"}, {"schema", std::move(schema)}}}};
    }
  }

  // Chat templates take these words; one that knows neither ignores them.
  void put_think() {
    const Json* think = find(json_, "think");
    if (think == nullptr) return;
    if (think->is_boolean()) {
      body_["chat_template_kwargs"] = {{"enable_thinking", think->get<bool>()}};
    } else if (*think == "low" || *think == "medium" || *think == "high") {
      body_["chat_template_kwargs"] = {{"enable_thinking", true}, {"reasoning_effort", *think}};
    } else {
      reader_.fail("think must be true, false, \"low\", \"medium\" or \"high\"");
    }
  }

  void put_logprobs() {
    if (!reader_.flag(json_, "logprobs", false)) return;
    body_["logprobs"] = true;
    if (const auto top = reader_.whole(json_, "top_logprobs"); top.value_or(0) > 0)
      body_["top_logprobs"] = *top;
  }

  Json json_;
  Json body_ = Json::object();
  Reader reader_;
  Request out_;
};

Parsed read_object(std::string_view text) {
  Parsed body = parse(text);
  if (body.complaint.empty() && !body.json.is_object()) body.complaint = "must be a JSON object";
  if (!body.complaint.empty()) body.complaint = "the request's body " + body.complaint;
  return body;
}

}  // namespace

Result<Request, Refusal> read_request(Call call, std::string_view text) {
  Parsed body = read_object(text);
  if (!body.complaint.empty()) return Refusal{400, std::move(body.complaint)};
  return Translation(call, std::move(body.json)).run();
}

Result<std::string, Refusal> read_show(std::string_view text) {
  Parsed body = read_object(text);
  if (!body.complaint.empty()) return Refusal{400, std::move(body.complaint)};
  Reader reader;
  std::string model = reader.text(body.json, "model");
  if (model.empty()) model = reader.text(body.json, "name");
  if (model.empty()) reader.fail("model is missing");
  if (reader.problem()) return Refusal{400, *reader.problem()};
  return model;
}

}  // namespace paddock::ollama
