// Vectors that mean nothing but are the same for the same text. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "request.h"

namespace paddock::sim {

// Eight numbers, length 1.
std::vector<float> embed(std::string_view text);

std::string embedding_answer(const EmbeddingRequest& request, const std::string& server_model);

// The vector's bytes as OpenAI's `encoding_format: base64` has them.
std::string to_base64(const std::vector<float>& values);

}  // namespace paddock::sim
