#include "tool_calls.h"

#include <utility>

#include "paddock/base/text.h"

namespace paddock::ollama {

namespace {
constexpr std::size_t kBytesOfCall = 256;  // beside its texts
}

void ToolCalls::add(ToolPiece piece) {
  bytes_ += piece.id.size() + piece.name.size() + piece.arguments.size();
  const auto [place, is_new] = calls_.try_emplace(piece.index);
  if (is_new) bytes_ += kBytesOfCall;
  ToolPiece& call = place->second;
  if (call.id.empty()) call.id = std::move(piece.id);
  if (call.name.empty()) call.name = std::move(piece.name);
  call.arguments += piece.arguments;
}

ToolCalls::Whole ToolCalls::whole() const {
  Whole out;
  for (const auto& [index, call] : calls_) {
    Json arguments = Json::object();
    if (!trim(call.arguments).empty()) arguments = parse(call.arguments).json;
    if (call.name.empty() || !arguments.is_object()) {
      out.complaint = "the model called the tool `" + printable(call.name, 100) +
                      "` with arguments that are not a JSON object";
      return out;
    }
    Json one = Json::object();
    if (!call.id.empty()) one["id"] = call.id;
    one["function"] = {{"index", index}, {"name", call.name}, {"arguments", std::move(arguments)}};
    out.calls.push_back(std::move(one));
  }
  return out;
}

}  // namespace paddock::ollama
