// Images as Ollama's clients send them, base64 without a type, as the data URL that an OpenAI server wants.
// Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paddock::ollama {

// The type is told by the image's first bytes: PNG, JPEG, GIF, WebP or BMP. What is a data URL of an image
// already stays one. Nothing if it is no base64 or no such image.
std::optional<std::string> data_url(std::string_view base64);

}  // namespace paddock::ollama
