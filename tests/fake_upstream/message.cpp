#include "message.h"

#include <algorithm>
#include <cstdlib>

#include "paddock/base/text.h"

namespace paddock::fake {
namespace {

std::optional<std::string> take_line(std::string& inbox) {
  const auto end = inbox.find("\r\n");
  if (end == std::string::npos) return std::nullopt;
  std::string line = inbox.substr(0, end);
  inbox.erase(0, end + 2);
  return line;
}

void read_request_line(std::string_view line, RequestHead& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  head.method = line.substr(0, first);
  if (first == std::string_view::npos || last == first) return;
  head.target = line.substr(first + 1, last - first - 1);
  head.version = line.substr(last + 1);
}

}  // namespace

std::string RequestHead::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (iequals(key, name)) return value;
  }
  return {};
}

std::optional<RequestHead> take_head(std::string& inbox) {
  const auto end = inbox.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  std::string text = inbox.substr(0, end + 2);
  inbox.erase(0, end + 4);
  RequestHead head;
  read_request_line(*take_line(text), head);
  while (auto line = take_line(text)) {
    const auto colon = line->find(':');
    if (colon == std::string::npos) continue;
    head.headers.emplace_back(line->substr(0, colon), trim(std::string_view(*line).substr(colon + 1)));
  }
  return head;
}

BodyDecoder::BodyDecoder(const RequestHead& head) {
  chunked_ = to_lower(head.header("transfer-encoding")).find("chunked") != std::string::npos;
  if (chunked_) {
    state_ = State::kChunkHead;
    return;
  }
  left_ = std::strtoull(head.header("content-length").c_str(), nullptr, 10);
  state_ = left_ > 0 ? State::kLength : State::kDone;
}

bool BodyDecoder::feed(std::string& inbox, std::string& out) {
  bool moved = true;
  while (moved && !done()) {
    if (!step(inbox, out, moved)) return false;
  }
  return true;
}

bool BodyDecoder::step(std::string& inbox, std::string& out, bool& moved) {
  moved = false;
  if (state_ == State::kLength || state_ == State::kChunkBytes) {
    const auto count = std::min<std::uint64_t>(left_, inbox.size());
    out.append(inbox, 0, count);
    inbox.erase(0, count);
    left_ -= count;
    moved = count > 0 && left_ == 0;
    if (left_ == 0) state_ = state_ == State::kLength ? State::kDone : State::kChunkEnd;
    return true;
  }
  auto line = take_line(inbox);
  if (!line) return true;
  moved = true;
  if (state_ == State::kChunkEnd) {
    state_ = State::kChunkHead;
    return line->empty();
  }
  if (state_ == State::kTrailer) {
    if (line->empty()) state_ = State::kDone;
    return true;
  }
  char* end = nullptr;
  left_ = std::strtoull(line->c_str(), &end, 16);
  state_ = left_ > 0 ? State::kChunkBytes : State::kTrailer;
  return end != line->c_str();
}

}  // namespace paddock::fake
