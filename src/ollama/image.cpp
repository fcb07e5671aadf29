#include "image.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace paddock::ollama {

namespace {

constexpr std::array<std::int8_t, 256> make_digits() {
  std::array<std::int8_t, 256> digits{};
  digits.fill(-1);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  return digits;
}

constexpr std::array<std::int8_t, 256> kDigits = make_digits();

int digit(char c) { return kDigits[static_cast<unsigned char>(c)]; }

bool is_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return false;
  for (int padding = 0; padding < 2 && text.back() == '='; ++padding) text.remove_suffix(1);
  return std::all_of(text.begin(), text.end(), [](char c) { return digit(c) >= 0; });
}

// The first bytes, as many as a type takes.
std::string first_bytes(std::string_view base64) {
  std::string bytes;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(base64.size(), 16) && base64[i] != '='; ++i) {
    bits = bits << 6 | static_cast<std::uint32_t>(digit(base64[i]));
    if (i % 4 != 3) continue;
    for (const int shift : {16, 8, 0}) bytes.push_back(static_cast<char>(bits >> shift & 0xff));
    bits = 0;
  }
  return bytes;
}

std::string_view type_of(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1a\n")) return "image/png";
  if (bytes.starts_with("\xff\xd8\xff")) return "image/jpeg";
  if (bytes.starts_with("GIF8")) return "image/gif";
  if (bytes.starts_with("RIFF") && bytes.substr(std::min<std::size_t>(8, bytes.size())) == "WEBP") {
    return "image/webp";
  }
  if (bytes.starts_with("BM")) return "image/bmp";
  return {};
}

}  // namespace

std::optional<std::string> data_url(std::string_view base64) {
  if (base64.starts_with("data:image/")) return std::string(base64);
  if (!is_base64(base64)) return std::nullopt;
  const std::string_view type = type_of(first_bytes(base64));
  if (type.empty()) return std::nullopt;
  std::string url = "data:";
  url.reserve(base64.size() + 32);
  return url.append(type).append(";base64,").append(base64);
}

}  // namespace paddock::ollama
