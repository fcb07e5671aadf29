#include "answer_meter.h"

#include "paddock/base/text.h"
#include "sse.h"

namespace paddock::http {

namespace {

using Field = boost::beast::http::field;
using Form = metrics::UsageScanner::Form;

// Longer ones are nobody's.
constexpr std::size_t kMostType = 200;

// Sounds and pictures tell nothing.
bool may_tell(std::string_view type) {
  const std::string lower = to_lower(type);
  return lower.empty() || lower.find("json") != std::string::npos || lower.starts_with("text/");
}

// What is coded several times, or in several lines, is read by nobody here.
metrics::Coding coding_in(const ResponseHead& head) {
  const auto [begin, end] = head.fields().equal_range(Field::content_encoding);
  if (begin == end) return metrics::Coding::kPlain;
  return std::next(begin) == end ? metrics::coding_of(view(begin->value())) : metrics::Coding::kOther;
}

}  // namespace

void AnswerMeter::take_head(const ResponseHead& head) {
  const auto type_field = value_of(head.fields(), Field::content_type);
  const std::string_view type = view(type_field).substr(0, kMostType);
  status_ = head.status();
  stream_ = head.is_stream();
  content_type_ = type;
  const bool tells = status_ == 200 || status_ >= 400;
  if (!tells || !may_tell(type)) return;
  Form form = infill_ ? Form::kInfill : Form::kJson;
  if (is_event_stream(type)) form = Form::kEvents;
  if (status_ != 200) form = Form::kRefusal;
  scanner_.emplace(form, coding_in(head));
}

}  // namespace paddock::http
