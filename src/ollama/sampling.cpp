#include "sampling.h"

#include <utility>

namespace paddock::ollama {

namespace {

struct Option {
  const char* name;
  const char* member;  // of the upstream's request
};

// llama.cpp's words where OpenAI has none; other servers ignore them.
constexpr Option kNumbers[] = {
    {"temperature", "temperature"},
    {"top_p", "top_p"},
    {"min_p", "min_p"},
    {"typical_p", "typical_p"},
    {"repeat_penalty", "repeat_penalty"},
    {"presence_penalty", "presence_penalty"},
    {"frequency_penalty", "frequency_penalty"},
    {"mirostat_tau", "mirostat_tau"},
    {"mirostat_eta", "mirostat_eta"},
};

constexpr Option kWholeNumbers[] = {
    {"top_k", "top_k"},
    {"repeat_last_n", "repeat_last_n"},
    {"mirostat", "mirostat"},
    {"num_keep", "n_keep"},
};

const std::string kWhere = "options.";

}  // namespace

void put_options(Json& request, Form form, Json& body, Reader& reader) {
  Json* options = reader.object(request, "options");
  if (options == nullptr) return;
  for (const Option& option : kNumbers) {
    if (const auto value = reader.number(*options, option.name, kWhere)) body[option.member] = *value;
  }
  for (const Option& option : kWholeNumbers) {
    if (const auto value = reader.whole(*options, option.name, kWhere)) body[option.member] = *value;
  }
  // Ollama's -1 and -2 for "no limit" are the upstream's own default; so is its -1 for any seed.
  const auto most = reader.whole(*options, "num_predict", kWhere);
  if (most.value_or(0) > 0) body[form == Form::kInfill ? "n_predict" : "max_tokens"] = *most;
  const auto seed = reader.whole(*options, "seed", kWhere);
  if (seed.value_or(-1) >= 0) body["seed"] = *seed;
  std::vector<std::string> stop = reader.texts(*options, "stop", kWhere);
  if (!stop.empty()) body["stop"] = std::move(stop);
}

}  // namespace paddock::ollama
