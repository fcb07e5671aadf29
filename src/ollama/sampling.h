// `options` of a request as the members of an OpenAI or llama.cpp request. Options of the load (num_ctx,
// num_gpu) have no place there: the model's command line decides them. Pure; any thread.
#pragma once

#include "json.h"
#include "paddock/ollama/request.h"
#include "reader.h"

namespace paddock::ollama {

// From `options` of `request` into `body`.
void put_options(Json& request, Form form, Json& body, Reader& reader);

}  // namespace paddock::ollama
