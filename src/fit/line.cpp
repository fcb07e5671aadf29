#include "line.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "paddock/base/pattern.h"
#include "paddock/base/text.h"

namespace paddock::fit {

namespace {

constexpr std::size_t kProofBytes = 400;

const Pattern& compiled(std::size_t which) {
  static const auto& patterns = *new const std::vector<Pattern>({
      *Pattern::compile(R"(^\[\d+\] +)"),
      *Pattern::compile(R"(^\d+\.\d{2}\.\d{3}\.\d{3} (?:([A-Z]) )?)"),
      *Pattern::compile(R"(^(?:INFO|WARN|ERR|VERB) +\[ *[A-Za-z_]+\] )"),
      *Pattern::compile(R"(^\[(?:DEBUG|INFO |WARN |ERROR)\] +[\w.+-]+:\d+ +- )"),
      *Pattern::compile(
          R"(^(?:\(([^)]*)\) )?(?:DEBUG|INFO|WARNING|ERROR) \d\d-\d\d \d\d:\d\d:\d\d \[[\w./]+:\d+\] )"),
  });
  return patterns[which];
}
constexpr std::size_t kRouter = 0, kLlama = 1, kOldServer = 2, kDiffusion = 3, kVllm = 4;

// ESC [ numbers letter.
std::string without_colours(std::string_view raw) {
  std::string out;
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (raw[at] != '\x1b') {
      out += raw[at];
    } else if (at + 1 < raw.size() && raw[at + 1] == '[') {
      at = raw.find_first_not_of("0123456789;", at + 2);
      if (at == std::string_view::npos) break;
    }
  }
  return out;
}

// Of a log whose lines are JSON: the message in it.
std::string message_of(const std::string& line) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) return line;
  for (const char* key : {"msg", "message", "text"}) {
    const auto found = json.find(key);
    if (found != json.end() && found->is_string()) return found->get<std::string>();
  }
  return line;
}

// Whether it was there; its group, if it has one.
bool strip(std::string& text, std::size_t which, std::string& group) {
  const auto groups = compiled(which).match_in(text);
  if (groups.empty()) return false;
  if (groups.size() > 1) group = std::string(groups[1]);
  text.erase(0, groups[0].size());
  return true;
}

}  // namespace

Line normalised(std::string_view raw) {
  Line line;
  std::string unused, level;
  line.text = without_colours(raw.substr(0, kLineBytes));
  if (line.text.starts_with('{')) line.text = message_of(line.text);
  strip(line.text, kRouter, unused);
  if (strip(line.text, kLlama, level)) {
    line.is_debug = level == "D";
  } else if (!strip(line.text, kOldServer, unused) && !strip(line.text, kDiffusion, unused)) {
    strip(line.text, kVllm, line.rank);
  }
  return line;
}

std::string as_printed(std::string_view raw) {
  const std::string plain = without_colours(raw.substr(0, kLineBytes));
  std::size_t size = plain.find_last_not_of(" \t\r\n");
  return printable(std::string_view(plain).substr(0, size == std::string::npos ? 0 : size + 1), kProofBytes);
}

}  // namespace paddock::fit
