#include "yaml_text.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "paddock/base/text.h"

namespace paddock::app {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kStep = 2;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Neither a boolean, a null nor a number to any reader of YAML.
bool is_plain(std::string_view text) {
  constexpr std::array<std::string_view, 9> kWords = {"true", "false", "yes", "no",  "on",
                                                      "off",  "y",     "n",   "null"};
  if (text.empty() || !(is_letter(text[0]) || text[0] == '/')) return false;
  const bool safe = std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/';
  });
  return safe && std::find(kWords.begin(), kWords.end(), to_lower(text)) == kWords.end();
}

// In a `|` block lines stand as they are; what begins with a blank or has other control bytes cannot.
bool fits_block(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text[0] == ' ' || text[0] == '\n') return false;
  if (text.ends_with("\n\n") || text.ends_with(' ')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) != 0x7f);
  });
}

std::string as_json(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string block(std::string_view text, std::size_t indent) {
  std::string out = text.ends_with('\n') ? "|" : "|-";
  if (text.ends_with('\n')) text.remove_suffix(1);
  while (true) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    out += "\n" + (line.empty() ? std::string() : std::string(indent, ' ')) + std::string(line);
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

std::string scalar(const Json& value, std::size_t indent) {
  if (!value.is_string()) return as_json(value);
  const auto& text = value.get_ref<const std::string&>();
  if (is_plain(text)) return text;
  return fits_block(text) ? block(text, indent) : as_json(value);
}

bool is_nested(const Json& value) { return value.is_structured() && !value.empty(); }

void write(std::string& out, const Json& value, std::size_t indent);

// What stands behind `key:` or `-`.
void write_behind(std::string& out, const Json& value, std::size_t indent) {
  if (is_nested(value)) {
    out += "\n";
    write(out, value, indent);
  } else {
    out += " " + scalar(value, indent) + "\n";
  }
}

void write(std::string& out, const Json& value, std::size_t indent) {
  const std::string margin(indent, ' ');
  if (!is_nested(value)) {
    out += margin + scalar(value, indent + kStep) + "\n";
  } else if (value.is_array()) {
    for (const Json& item : value) {
      out += margin + "-";
      write_behind(out, item, indent + kStep);
    }
  } else {
    for (const auto& [key, member] : value.items()) {
      out += margin + (is_plain(key) ? key : as_json(key)) + ":";
      write_behind(out, member, indent + kStep);
    }
  }
}

}  // namespace

std::string to_yaml(const Json& value) {
  std::string out;
  write(out, value, 0);
  return out;
}

}  // namespace paddock::app
