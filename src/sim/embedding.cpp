#include "embedding.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>

namespace paddock::sim {
namespace {

using nlohmann::json;

constexpr std::size_t kDimensions = 8;

std::size_t count_words(const std::string& text) {
  std::istringstream in(text);
  std::size_t count = 0;
  for (std::string word; in >> word;) ++count;
  return count;
}

}  // namespace

std::vector<float> embed(std::string_view text) {
  std::uint64_t state = 1469598103934665603ULL;  // FNV-1a
  const auto mix = [&state](unsigned char byte) { state = (state ^ byte) * 1099511628211ULL; };
  for (const char byte : text) mix(static_cast<unsigned char>(byte));
  std::vector<float> values;
  double square_sum = 0;
  for (std::size_t i = 0; i < kDimensions; ++i) {
    mix(static_cast<unsigned char>(i + 1));
    const double value = static_cast<double>(state >> 11) / 9007199254740992.0 * 2 - 1;
    square_sum += value * value;
    values.push_back(static_cast<float>(value));
  }
  const double length = square_sum > 0 ? std::sqrt(square_sum) : 1;
  for (float& value : values) value = static_cast<float>(value / length);
  return values;
}

std::string to_base64(const std::vector<float>& values) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes(values.size() * sizeof(float), '\0');
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      text += i + j <= bytes.size() ? kDigits[group >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

std::string embedding_answer(const EmbeddingRequest& request, const std::string& server_model) {
  json data = json::array();
  std::size_t tokens = 0;
  for (const std::string& input : request.inputs) {
    const std::vector<float> values = embed(input);
    json item = {{"object", "embedding"}, {"index", data.size()}};
    if (request.base64)
      item["embedding"] = to_base64(values);
    else
      item["embedding"] = values;
    tokens += count_words(input);
    data.push_back(item);
  }
  const json usage = {{"prompt_tokens", tokens}, {"total_tokens", tokens}};
  const json body = {{"object", "list"},
                     {"model", request.model.empty() ? server_model : request.model},
                     {"data", data},
                     {"usage", usage}};
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace paddock::sim
