// The messages of a chat, Ollama's as OpenAI's.
//
// The two differ in images (beside the text; parts of it), in arguments of tool calls (an object; text) and
// in what ties a tool's result to its call (the tool's name, or just the order; an id). Ids are made here,
// from the calls' places, so that the same history always gives the same text. Pure; any thread.
#pragma once

#include "json.h"
#include "reader.h"

namespace paddock::ollama {

// `messages` must be a list. What it holds is moved out of it.
Json openai_messages(Json& messages, Reader& reader);

// The content of a message with images; just text without them.
Json content_with_images(std::string text, Json& message, const std::string& where, Reader& reader);

}  // namespace paddock::ollama
