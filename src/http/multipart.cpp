#include "multipart.h"

#include <algorithm>
#include <utility>

#include "paddock/base/text.h"

namespace paddock::http {

namespace {

constexpr std::size_t kLongestHeaders = 8 << 10;
constexpr std::size_t kLongestValue = 4 << 10;
constexpr std::size_t kLongestBoundary = 70;

// The parameters of `form-data; name="x"; filename="y"`, one after the other.
class Parameters {
 public:
  explicit Parameters(std::string_view text) : rest_(text.substr(std::min(text.find(';'), text.size()))) {}

  // False at the end; ok() tells whether that was a proper one.
  bool next() {
    rest_ = trim(rest_);
    if (rest_.empty()) return false;
    if (rest_.front() != ';') return ok_ = false;
    rest_ = trim(rest_.substr(1));
    if (rest_.empty()) return false;
    const std::size_t equals = rest_.find_first_of("=;");
    if (equals == std::string_view::npos || rest_[equals] != '=') return ok_ = false;
    name = to_lower(trim(rest_.substr(0, equals)));
    rest_ = trim(rest_.substr(equals + 1));
    if (!rest_.empty() && rest_.front() == '"') return take_quoted();
    const std::size_t end = std::min(rest_.find(';'), rest_.size());
    value = trim(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return true;
  }
  bool ok() const { return ok_; }

  std::string name, value;

 private:
  bool take_quoted() {
    value.clear();
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      if (rest_[at] == '"') {
        rest_.remove_prefix(at + 1);
        return true;
      }
      // Only these two are escaped: old browsers send the backslashes of a path as they are.
      const bool escape =
          rest_[at] == '\\' && at + 1 < rest_.size() && (rest_[at + 1] == '"' || rest_[at + 1] == '\\');
      if (escape) ++at;
      value += rest_[at];
    }
    return ok_ = false;
  }

  std::string_view rest_;
  bool ok_ = true;
};

bool is_true(std::string_view text) { return text == "1" || iequals(text, "true"); }

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  std::optional<std::string> boundary;
  Parameters parameters(content_type);
  while (parameters.next()) {
    if (parameters.name != "boundary") continue;
    if (boundary) return std::nullopt;
    boundary = parameters.value;
  }
  if (!parameters.ok() || !boundary || boundary->empty() || boundary->size() > kLongestBoundary)
    return std::nullopt;
  return boundary;
}

MultipartScanner::MultipartScanner(std::string_view boundary)
    : delimiter_("\r\n--" + std::string(boundary)) {}

bool MultipartScanner::feed(std::string_view piece) {
  std::size_t at = 0;
  while (at < piece.size() && step_ != Step::kBad) {
    if (step_ == Step::kEpilogue) {
      at_ += piece.size() - at;
      break;
    }
    if (step_ == Step::kData) {
      at += take_data(piece.substr(at));
      continue;
    }
    ++at_;
    take(piece[at++]);
  }
  return step_ != Step::kBad;
}

// A CR can only be the delimiter's first byte, so that a mismatch starts again at the byte that it is.
std::size_t MultipartScanner::take_data(std::string_view piece) {
  if (matched_ == 0) {
    const std::size_t data = std::min(piece.find('\r'), piece.size());
    keep(piece.substr(0, data));
    at_ += data;
    if (data == piece.size()) return data;
    ++at_;
    matched_ = 1;
    return data + 1;
  }
  if (piece.front() != delimiter_[matched_]) {
    keep(std::string_view(delimiter_).substr(assumed_, matched_ - assumed_));
    matched_ = assumed_ = 0;
    return 0;
  }
  ++at_;
  if (++matched_ == delimiter_.size()) {
    matched_ = assumed_ = 0;
    end_part();
  }
  return 1;
}

void MultipartScanner::keep(std::string_view bytes) {
  if (field_ == Field::kNone) return;
  if (value_.size() + bytes.size() > kLongestValue) return fail("a field of the form is too long");
  value_ += bytes;
}

void MultipartScanner::end_part() {
  if (field_ == Field::kModel) {
    model_ = value_;
    model_at_ = value_at_;
  }
  if (field_ == Field::kStream) stream_ = is_true(value_);
  field_ = Field::kNone;
  if (step_ != Step::kBad) step_ = Step::kBehindDash;
}

void MultipartScanner::take(char c) {
  switch (step_) {
    case Step::kBehindDash:
      if (c == '-') {
        step_ = Step::kLastDash;
        return;
      }
      if (c == '\r') step_ = Step::kLineEnd;
      if (c == '\r' || c == ' ' || c == '\t') return;
      return fail("a boundary of the form is followed by something else");
    case Step::kLastDash:
      if (c != '-') return fail("a boundary of the form is followed by something else");
      step_ = Step::kEpilogue;
      return;
    case Step::kLineEnd:
      if (c != '\n') return fail("a boundary of the form is followed by something else");
      return begin_part();
    case Step::kHeader:
      line_ += c;
      if (++header_bytes_ > kLongestHeaders) return fail("the headers of a part of the form are too long");
      if (c == '\n') end_header_line();
      return;
    default:
      return;
  }
}

void MultipartScanner::begin_part() {
  step_ = Step::kHeader;
  header_bytes_ = 0;
  named_ = false;
  line_.clear();
  value_.clear();
}

void MultipartScanner::end_header_line() {
  if (!line_.ends_with("\r\n")) return fail("a header of a part of the form does not end in CR LF");
  const std::string line = line_.substr(0, line_.size() - 2);
  line_.clear();
  if (line.empty()) {
    step_ = Step::kData;
    value_at_ = at_;
    // A part without content: the line end in front of its boundary is the one behind its headers.
    matched_ = assumed_ = 2;
    return;
  }
  if (line.front() == ' ' || line.front() == '\t') return fail("a header of a part of the form is folded");
  const std::size_t colon = line.find(':');
  if (colon == std::string::npos) return fail("a header of a part of the form has no colon");
  if (!iequals(trim(std::string_view(line).substr(0, colon)), "content-disposition")) return;
  Parameters parameters(std::string_view(line).substr(colon + 1));
  while (parameters.next()) {
    if (parameters.name != "name") continue;
    if (std::exchange(named_, true)) return fail("a part of the form has two names");
    if (parameters.value == "model") {
      if (std::exchange(model_seen_, true)) return fail("the form names `model` more than once");
      field_ = Field::kModel;
    } else if (parameters.value == "stream") {
      field_ = Field::kStream;
    }
  }
  if (!parameters.ok()) fail("the Content-Disposition of a part of the form is malformed");
}

bool MultipartScanner::finish() {
  if (step_ != Step::kEpilogue) fail("the form ends before its last boundary");
  return step_ != Step::kBad;
}

void MultipartScanner::fail(std::string problem) {
  step_ = Step::kBad;
  if (problem_.empty()) problem_ = std::move(problem);
}

}  // namespace paddock::http
