#include <algorithm>
#include <charconv>
#include <system_error>

#include "free_form.h"
#include "paddock/base/text.h"
#include "report.h"

namespace paddock::config {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

template <class Predicate>
bool all(std::string_view text, Predicate fits) {
  return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

// `1_000`, `010`, `0o17`, `0b11`: not the same number to all readers of YAML.
bool is_disputed(std::string_view digits) {
  const auto digit_or_line = [](char c) { return is_digit(c) || c == '_'; };
  if (digits.size() < 2 || !is_digit(digits.front())) return false;
  const std::string_view rest = digits.substr(2);
  if (digits[0] == '0' && digits[1] == 'o') return all(rest, [](char c) { return c >= '0' && c <= '7'; });
  if (digits[0] == '0' && digits[1] == 'b') return all(rest, [](char c) { return c == '0' || c == '1'; });
  if (!all(digits, digit_or_line)) return false;
  return digits.front() == '0' || digits.find('_') != std::string_view::npos;
}

bool is_infinite_or_none(std::string_view unsigned_text) {
  const std::string lower = to_lower(unsigned_text);
  return lower == ".inf" || lower == ".nan";
}

// Digits, a point, digits, an exponent: at least one digit before the exponent, and a point or an exponent.
struct Decimal {
  std::string_view whole;
  std::string_view fraction;
  std::string_view exponent;  // with its `e`
};

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

std::optional<Decimal> as_decimal(std::string_view text) {
  Decimal out;
  out.whole = take_digits(text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    out.fraction = take_digits(text);
  }
  if (out.whole.empty() && out.fraction.empty()) return std::nullopt;
  if (text.empty()) return out;
  if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
  out.exponent = text;
  text.remove_prefix(1);
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
  if (!all(text, is_digit)) return std::nullopt;
  return out;
}

std::string json_spelling(const Decimal& decimal, std::string_view text) {
  std::string_view whole = decimal.whole;
  while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
  std::string out(whole.empty() ? "0" : whole);
  if (text.find('.') != std::string_view::npos) {
    out += '.';
    out += decimal.fraction.empty() ? "0" : decimal.fraction;
  }
  out += decimal.exponent;
  return out;
}

bool is_in_range(std::string_view number) {
  double value = 0;
  return std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc();
}

// Empty if it does not fit.
std::string from_hex(std::string_view digits) {
  unsigned long long value = 0;
  const auto [end, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return trouble == std::errc() && end == digits.data() + digits.size() ? std::to_string(value) : "";
}

}  // namespace

Result<std::string, std::string> json_number(std::string_view text) {
  using Number = Result<std::string, std::string>;
  const auto value = [](std::string number) {
    return Number(boost::system::in_place_value, std::move(number));
  };
  const auto trouble = [&](const char* what) {
    return Number(boost::system::in_place_error, in_quotes(text) + what);
  };
  std::string_view digits = text;
  if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) digits.remove_prefix(1);
  const std::string sign = text.substr(0, 1) == "-" ? "-" : "";
  if (is_infinite_or_none(digits)) return trouble(" is no number in JSON");
  if (is_disputed(digits)) return trouble(" is not the same number to all readers of YAML");
  if (digits.substr(0, 2) == "0x" && all(digits.substr(2), is_hex_digit)) {
    const std::string number = from_hex(digits.substr(2));
    return number.empty() ? trouble(" is too large for a number") : value(sign + number);
  }
  const std::optional<Decimal> decimal = as_decimal(digits);
  if (!decimal) return value("");
  const std::string number = json_spelling(*decimal, digits);
  return is_in_range(number) ? value(sign + number) : trouble(" is too large or too small for a number");
}

}  // namespace paddock::config
