// The answer of `/v1/embeddings` as that of /api/embed and /api/embeddings. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "json.h"

namespace paddock::ollama {

struct Vectors {
  Json list = Json::array();  // of lists of numbers, in the order of the inputs
  std::string complaint;      // what is wrong with the answer; empty: nothing
};

Vectors read_vectors(Json& answer);

}  // namespace paddock::ollama
