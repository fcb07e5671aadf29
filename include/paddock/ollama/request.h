// Requests of Ollama's API, as what an OpenAI-compatible server is asked instead.
//
// A pure translation: text in, text out. It models the four calls that need a model: /api/chat,
// /api/generate, /api/embed and /api/embeddings. It does not look the model up, load it, or send anything;
// listings are views.h, the way back is answer.h.
//
// Sources: Ollama's docs/api.md (parameters, load and unload by an empty prompt, streaming unless told
// otherwise) and the request types of the `ollama` packages on PyPI and npm; Home Assistant's ollama
// integration (tool messages without `tool_name`, keep_alive as `30s` and -1); llama.cpp's server for the
// other side (`max_tokens`, `chat_template_kwargs`, `/infill`).
//
// As in Ollama a member that is null counts as left out, unknown members are ignored, and one of the wrong
// type is refused. Values; any thread. To add an option of `options`: a line in src/ollama/sampling.cpp.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "paddock/base/result.h"

namespace paddock::ollama {

enum class Call {
  kChat,        // /api/chat
  kGenerate,    // /api/generate
  kEmbed,       // /api/embed
  kEmbeddings,  // /api/embeddings, the older one: one prompt, one vector
};

// Which answer the upstream gives.
enum class Form {
  kChat,        // /v1/chat/completions
  kCompletion,  // /v1/completions
  kInfill,      // /infill: llama.cpp's own
  kEmbedding,   // /v1/embeddings
};

enum class Deed {
  kAsk,     // the upstream is asked
  kLoad,    // nothing to say: the model is loaded, views.h answers
  kUnload,  // nothing to say and keep_alive is 0: it is unloaded, views.h answers
};

// How long the model stays after this request. 0: it goes at once.
struct KeepAlive {
  bool forever = false;               // then `time` is 0
  std::chrono::milliseconds time{0};  // at most 100 years

  friend bool operator==(const KeepAlive&, const KeepAlive&) = default;
};

struct Request {
  Call call = Call::kChat;
  Deed deed = Deed::kAsk;
  std::string model;  // as the client wrote it, `:latest` included; never empty
  bool stream = true;
  std::optional<KeepAlive> keep_alive;  // nothing: as the model is configured

  // For kAsk only.
  Form form = Form::kChat;
  std::string path;  // of the upstream
  std::string body;  // JSON; its first member is `model`, without `:latest`, for the caller to replace
};

struct Refusal {
  int status = 400;
  std::string sentence;  // lower case, without a final stop
};

// JSON that nests deeper than 200 or has objects of more than 500 members is refused as well.
Result<Request, Refusal> read_request(Call call, std::string_view text);

// The model that /api/show asks about: `model`, or its older name `name`.
Result<std::string, Refusal> read_show(std::string_view text);

}  // namespace paddock::ollama
