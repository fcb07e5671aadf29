#include "lexer.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iterator>

#include "paddock/base/text.h"
#include "paddock/matrix/expression.h"

namespace paddock::matrix {

namespace {

constexpr std::size_t kShown = 80;

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// Sorted. What stands between letters in some script is left to the letters.
constexpr Range kSpaces[] = {{0x85, 0x85},     {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
                             {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}};
constexpr Range kSigns[] = {
    {0x80, 0xA9},         // control bytes, signs
    {0xAB, 0xB4},         // signs; U+AA and U+B5 are letters
    {0xB6, 0xB9},         // signs
    {0xBB, 0xBF},         // signs
    {0xD7, 0xD7},         // times
    {0xF7, 0xF7},         // divided
    {0x2000, 0x206F},     // general punctuation: dashes, quotation marks, invisible ones
    {0x20A0, 0x20CF},     // currencies
    {0x2190, 0x2BFF},     // arrows, mathematics, boxes, shapes
    {0x2E00, 0x2E7F},     // more punctuation
    {0x3000, 0x3004},     // CJK punctuation
    {0x3008, 0x3020},     // the same
    {0xD800, 0xF8FF},     // surrogates, private use
    {0xFE10, 0xFE6F},     // forms of punctuation
    {0xFEFF, 0xFF0F},     // byte order mark, wide signs
    {0xFF1A, 0xFF20},     // wide signs
    {0xFF3B, 0xFF40},     // wide signs
    {0xFF5B, 0xFF65},     // wide signs
    {0xFFE0, 0xFFFF},     // wide signs, specials
    {0x1F000, 0x1FAFF},   // pictures
    {0xE0000, 0x10FFFF},  // tags, private use
};

template <std::size_t N>
bool is_in(const Range (&ranges)[N], std::uint32_t point) {
  const Range* const after =
      std::upper_bound(std::begin(ranges), std::end(ranges), point,
                       [](std::uint32_t p, const Range& range) { return p < range.first; });
  return after != std::begin(ranges) && point <= (after - 1)->last;
}

// One character: its code point and its bytes. A byte that is not UTF-8 is a character that is no letter.
struct Character {
  std::uint32_t point = 0;
  std::size_t length = 1;
  bool valid = true;
};

std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  return first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
}

Character character_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t length = length_of(first);
  if (length == 1) return {first, 1, true};
  if (length == 0 || at + length > text.size()) return {first, 1, false};
  std::uint32_t point = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xC0) != 0x80) return {first, 1, false};
    point = (point << 6) | (byte & 0x3Fu);
  }
  const bool overlong = point < (length == 4 ? 0x10000u : length == 3 ? 0x800u : 0x80u);
  if (overlong || point > 0x10FFFF) return {first, 1, false};
  return {point, length, true};
}

bool is_space(const Character& c) {
  if (c.point < 0x80) return c.valid && (c.point == ' ' || (c.point >= '\t' && c.point <= '\r'));
  return c.valid && is_in(kSpaces, c.point);
}

bool is_letter(const Character& c) {
  if (!c.valid) return false;
  if (c.point >= 0x80) return !is_in(kSigns, c.point) && !is_in(kSpaces, c.point);
  const char letter = static_cast<char>(c.point);
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '_' || letter == '-' || letter == '.';
}

std::size_t end_of_name(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const Character c = character_at(text, at);
    if (!is_letter(c)) break;
    at += c.length;
  }
  return at;
}

SyntaxError unexpected(std::string_view text, std::size_t at) {
  const Character c = character_at(text, at);
  if (!c.valid) {
    char hex[8];
    std::snprintf(hex, sizeof hex, "0x%02X", static_cast<unsigned>(c.point));
    return {at, std::string("byte ") + hex + ", which is not UTF-8,", ""};
  }
  const std::string_view written = text.substr(at, c.length);
  if (written == "/" || written == ":" || written == "@") {
    return {at, "unexpected character " + shown(written), "give a model with such an id a name under vars"};
  }
  return {at, "unexpected character " + shown(written),
          "write '&' between models that run together, '|' between alternatives"};
}

}  // namespace

std::string shown(std::string_view text) { return "'" + printable(text, kShown) + "'"; }

bool is_name(std::string_view text) { return !text.empty() && end_of_name(text, 0) == text.size(); }

Result<Token, SyntaxError> next_token(std::string_view text, std::size_t from) {
  while (from < text.size()) {
    const Character c = character_at(text, from);
    if (!is_space(c)) break;
    from += c.length;
  }
  using Kind = Token::Kind;
  if (from == text.size()) return Token{Kind::kEnd, from, from, {}};
  constexpr std::string_view kSigned = "&|()";
  constexpr Kind kKinds[] = {Kind::kAnd, Kind::kOr, Kind::kOpen, Kind::kClose};
  if (const std::size_t sign = kSigned.find(text[from]); sign != std::string_view::npos) {
    return Token{kKinds[sign], from, from + 1, {}};
  }
  const bool refers = text[from] == '+';
  const std::size_t begin = refers ? from + 1 : from;
  const std::size_t end = end_of_name(text, begin);
  if (end > begin)
    return Token{refers ? Kind::kSet : Kind::kName, from, end, text.substr(begin, end - begin)};
  if (refers) return SyntaxError{from, "'+' without a name", "the name of another set follows '+' at once"};
  return unexpected(text, from);
}

}  // namespace paddock::matrix
