#include "chunk_scanner.h"

#include <algorithm>

namespace paddock::http {

namespace {

constexpr std::uint32_t kLongestLine = 8 << 10;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// RFC 9110 5.6.2.
bool is_token(char c) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  const char lower = static_cast<char>(c | 0x20);
  return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z') || kMarks.find(c) != std::string_view::npos;
}

}  // namespace

std::size_t ChunkScanner::feed(std::string_view piece, std::vector<std::string_view>* payload) {
  std::size_t at = 0;
  while (at < piece.size() && state() == State::kMore) {
    if (step_ != Step::kData) {
      take(piece[at++]);
      continue;
    }
    const auto run = static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece.size() - at));
    if (payload != nullptr) payload->push_back(piece.substr(at, run));
    at += run;
    left_ -= run;
    payload_bytes_ += run;
    if (left_ == 0) step_ = Step::kDataCr;
  }
  return at;
}

ChunkScanner::State ChunkScanner::state() const {
  if (step_ == Step::kDone) return State::kDone;
  return step_ == Step::kBad ? State::kBad : State::kMore;
}

bool ChunkScanner::line_fits() { return ++line_ <= kLongestLine; }

void ChunkScanner::take(char c) {
  const auto expect = [&](char wanted, Step next) { step_ = c == wanted ? next : Step::kBad; };
  switch (step_) {
    case Step::kSizeFirst:
    case Step::kSize:
      return take_size(c);
    case Step::kSizeBlank:
      return take_behind_size(c);
    case Step::kExtension:
      return take_text(c, Step::kSizeLf);
    case Step::kSizeLf:
      return c == '\n' ? after_size() : void(step_ = Step::kBad);
    case Step::kDataCr:
      return expect('\r', Step::kDataLf);
    case Step::kDataLf:
      return expect('\n', Step::kSizeFirst);
    case Step::kTrailerFirst:
      if (c == '\r') return void(step_ = Step::kLastLf);
      step_ = is_token(c) && line_fits() ? Step::kTrailerName : Step::kBad;
      return;
    case Step::kTrailerName:
      return take_trailer_name(c);
    case Step::kTrailer:
      return take_text(c, Step::kTrailerLf);
    case Step::kTrailerLf:
      return expect('\n', Step::kTrailerFirst);
    case Step::kLastLf:
      return expect('\n', Step::kDone);
    case Step::kData:
    case Step::kDone:
    case Step::kBad:
      return;
  }
}

void ChunkScanner::take_size(char c) {
  const int digit = hex_value(c);
  if (digit >= 0) {
    if (left_ >> 59 != 0 || !line_fits()) return void(step_ = Step::kBad);
    left_ = left_ << 4 | static_cast<std::uint64_t>(digit);
    step_ = Step::kSize;
    return;
  }
  if (step_ == Step::kSizeFirst) return void(step_ = Step::kBad);
  take_behind_size(c);
}

void ChunkScanner::take_behind_size(char c) {
  if (c == '\r')
    step_ = Step::kSizeLf;
  else if (c == ';')
    step_ = Step::kExtension;
  else
    step_ = is_blank(c) && line_fits() ? Step::kSizeBlank : Step::kBad;
}

void ChunkScanner::take_text(char c, Step at_cr) {
  if (c == '\r')
    step_ = at_cr;
  else if ((is_control(c) && c != '\t') || !line_fits())
    step_ = Step::kBad;
}

void ChunkScanner::take_trailer_name(char c) {
  if (c == ':')
    step_ = Step::kTrailer;
  else if (!is_token(c) || !line_fits())
    step_ = Step::kBad;
}

void ChunkScanner::after_size() {
  line_ = 0;
  step_ = left_ == 0 ? Step::kTrailerFirst : Step::kData;
}

}  // namespace paddock::http
