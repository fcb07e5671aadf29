// Names of models as Ollama writes them: `name:tag`, where a missing tag means `latest`.
//
// So an id without a colon is listed with `:latest`, and a request may name it with or without. Pure
// functions; any thread. Source: Ollama's docs/api.md, "Model names".
#pragma once

#include <string>
#include <string_view>

namespace paddock::ollama {

// What a request names, without a final `:latest`. To look a model up, try the name as it is written first:
// an id may end in `:latest` itself.
std::string_view without_latest(std::string_view name);

// How an id is listed: with `:latest` unless it has a tag.
std::string listed_name(std::string_view id);

}  // namespace paddock::ollama
