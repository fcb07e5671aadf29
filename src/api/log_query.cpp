#include "log_query.h"

#include <algorithm>
#include <utility>

#include "paddock/base/text.h"
#include "paddock/base/words.h"
#include "replies.h"

namespace paddock::api {

namespace {

constexpr std::uint64_t kMostLines = 1000, kMostContext = 50;
constexpr std::ptrdiff_t kLongestText = 500;  // characters

// Reads the parameters one after the other; the first that is wrong is the refusal.
class Reader {
 public:
  explicit Reader(const http::Request& request) : request_(request) {}

  std::string text(const char* name) {
    std::string value = request_.query_value(name);
    const auto characters =
        std::count_if(value.begin(), value.end(), [](char c) { return (c & 0xC0) != 0x80; });
    if (characters > kLongestText) refuse(name, "has at most 500 characters");
    return value;
  }
  std::optional<std::uint64_t> number(const char* name, std::uint64_t least, std::uint64_t most) {
    if (!request_.has_query(name)) return std::nullopt;
    const auto value = api::number(request_.query_value(name));
    if (value && *value >= least && *value <= most) return value;
    refuse(name, "is a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
  }
  std::optional<logs::Millis> time(const char* name) {
    if (!request_.has_query(name)) return std::nullopt;
    const std::string value = request_.query_value(name);
    const auto found = log_time(trim(value));
    if (!found) refuse(name, "is a time like 2026-01-31T12:00:00Z");
    return found;
  }
  template <class Value>
  std::optional<Value> word(const char* name, std::optional<Value> (*named)(std::string_view),
                            const char* is) {
    if (!request_.has_query(name)) return std::nullopt;
    const std::optional<Value> value = named(request_.query_value(name));
    if (!value) refuse(name, is);
    return value;
  }
  logs::Tags tags() {
    if (!request_.has_query("tag")) return 0;
    logs::Tags tags = 0;
    const std::string value = request_.query_value("tag");
    for (std::string_view rest = trim(value);;) {
      const std::size_t comma = rest.find(',');
      const auto tag = logs::tag_named(rest.substr(0, comma));
      if (!tag) refuse("tag", "is one or more of gpu, error, timing, http and fit, with commas between");
      tags |= tag.value_or(logs::Tag{});
      if (comma == std::string_view::npos) return tags;
      rest.remove_prefix(comma + 1);
    }
  }
  std::optional<Pattern> pattern() {
    const std::string value = text("re");
    if (value.empty()) return std::nullopt;
    auto compiled = Pattern::compile(value);
    if (compiled) return std::move(*compiled);
    refuse("re", "is no regular expression of RE2: " + printable(compiled.error(), 200));
    return std::nullopt;
  }

  const std::optional<std::string>& refusal() const { return refusal_; }

 private:
  void refuse(const char* name, const std::string& is) {
    if (!refusal_) refusal_ = "`" + std::string(name) + "` " + is;
  }

  const http::Request& request_;
  std::optional<std::string> refusal_;
};

// Digits, of which as many as asked; then a character.
class Digits {
 public:
  explicit Digits(std::string_view text) : rest_(text) {}

  int next(std::size_t count) {
    const auto value = whole_number<int>(rest_.substr(0, count));
    good_ = good_ && rest_.size() >= count && rest_[0] != '-' && value;
    rest_.remove_prefix(std::min(count, rest_.size()));
    return value.value_or(0);
  }
  int up_to(std::size_t count, int least, int most) {
    const int value = next(count);
    good_ = good_ && value >= least && value <= most;
    return value;
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void need(char c) { good_ = take(c) && good_; }
  // The first three digits of a fraction of up to nine.
  int millis() {
    const std::size_t size = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    good_ = good_ && size >= 1 && size <= 9;
    std::string digits(rest_.substr(0, std::min<std::size_t>(size, 3)));
    digits.resize(3, '0');
    rest_.remove_prefix(size);
    return whole_number<int>(digits).value_or(0);
  }
  bool over() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

std::optional<logs::Millis> log_time(std::string_view text) {
  using namespace std::chrono;
  Digits in(text);
  const year y{in.up_to(4, 0, 9999)};
  in.need('-');
  const month m{static_cast<unsigned>(in.up_to(2, 1, 12))};
  in.need('-');
  const day d{static_cast<unsigned>(in.up_to(2, 1, 31))};
  in.need('T');
  const hours hour{in.up_to(2, 0, 23)};
  in.need(':');
  const minutes minute{in.up_to(2, 0, 59)};
  in.need(':');
  const seconds second{in.up_to(2, 0, 59)};
  const milliseconds part{in.take('.') ? in.millis() : 0};
  minutes offset{0};
  if (!in.take('Z')) {
    // A plus that nobody escaped has become a blank.
    const int sign = in.take('-') ? -1 : 1;
    if (sign > 0 && !in.take(' ')) in.need('+');
    const hours away{in.up_to(2, 0, 23)};
    in.need(':');
    offset = sign * (away + minutes(in.up_to(2, 0, 59)));
  }
  if (!in.over()) return std::nullopt;
  return logs::Millis(sys_days(y / m / d)) + hour + minute + second + part - offset;
}

Result<logs::Query, http::Reply> log_query(const http::Request& request, const config::Lookup& lookup) {
  Reader in(request);
  logs::Query query;
  logs::Filter& filter = query.filter;
  filter.text = in.text("q");
  filter.without = in.text("not");
  filter.pattern = in.pattern();
  filter.tags = in.tags();
  filter.at_least =
      in.word("level", logs::level_named, "is debug, info, warn or error").value_or(logs::Level::kDebug);
  filter.scope.source = in.word("source", logs::source_named, "is proxy or upstream");
  filter.scope.launch = in.number("launch", 0, kMostLogId).value_or(0);
  filter.since = in.time("since");
  filter.until = in.time("until");
  query.limit = in.number("limit", 1, kMostLines).value_or(query.limit);
  query.context = in.number("context", 0, kMostContext).value_or(0);
  query.before = in.number("before", 0, kMostLogId);
  query.after = in.number("after", 0, kMostLogId);
  if (in.refusal()) return invalid_request(*in.refusal());
  const std::string name = request.query_value("model");
  if (name.empty()) return query;
  const auto model = find_model(lookup, name);
  if (!model) return model.error();
  filter.scope.model = (*model)->id;
  return query;
}

}  // namespace paddock::api
