#include "activity_query.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "paddock/base/text.h"
#include "replies.h"

namespace paddock::api {

namespace {

using namespace std::chrono;

constexpr std::uint64_t kMostRows = 999;

struct SortName {
  std::string_view name;
  store::SortKey key;
};

constexpr SortName kSorts[] = {{"id", store::SortKey::kId},
                               {"time", store::SortKey::kTime},
                               {"model", store::SortKey::kModel},
                               {"req_path", store::SortKey::kPath},
                               {"resp_status_code", store::SortKey::kStatus},
                               {"resp_content_type", store::SortKey::kContentType},
                               {"cached", store::SortKey::kCached},
                               {"prompt", store::SortKey::kPrompt},
                               {"generated", store::SortKey::kGenerated},
                               {"drafted", store::SortKey::kDrafted},
                               {"prompt_speed", store::SortKey::kPromptRate},
                               {"gen_speed", store::SortKey::kGenerationRate},
                               {"duration", store::SortKey::kDuration}};

// Takes that many digits off the front.
std::optional<int> digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool skip(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<sys_days> read_date(std::string_view& text) {
  const auto y = digits(text, 4);
  if (!y || !skip(text, "-")) return std::nullopt;
  const auto m = digits(text, 2);
  if (!m || !skip(text, "-")) return std::nullopt;
  const auto d = digits(text, 2);
  if (!d) return std::nullopt;
  const year_month_day date{year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))};
  return date.ok() ? std::optional<sys_days>(date) : std::nullopt;
}

std::optional<nanoseconds> read_clock(std::string_view& text) {
  const auto h = digits(text, 2);
  if (!h || *h > 23 || !skip(text, ":")) return std::nullopt;
  const auto m = digits(text, 2);
  if (!m || *m > 59 || !skip(text, ":")) return std::nullopt;
  const auto s = digits(text, 2);
  if (!s || *s > 60) return std::nullopt;
  nanoseconds out = hours(*h) + minutes(*m) + seconds(*s);
  if (!skip(text, ".")) return out;
  const std::size_t length = std::min(text.find_first_not_of("0123456789"), text.size());
  if (length == 0) return std::nullopt;
  std::int64_t unit = 100'000'000;
  for (const char c : text.substr(0, length)) {
    out += nanoseconds((c - '0') * unit);
    unit /= 10;
  }
  text.remove_prefix(length);
  return out;
}

// A plus that was not encoded has become a blank.
std::optional<minutes> read_offset(std::string_view& text) {
  if (skip(text, "Zz")) return minutes(0);
  const bool west = text.starts_with('-');
  if (!skip(text, "+- ")) return std::nullopt;
  const auto h = digits(text, 2);
  if (!h || *h > 23 || !skip(text, ":")) return std::nullopt;
  const auto m = digits(text, 2);
  if (!m || *m > 59) return std::nullopt;
  const minutes offset = hours(*h) + minutes(*m);
  return west ? -offset : offset;
}

// The values of one query, and the first problem with them.
class Values {
 public:
  explicit Values(const http::Request& request) : request_(request) {}

  void count(const char* name, std::uint64_t most, std::optional<std::uint64_t>& out) {
    if (!request_.has_query(name)) return;
    const std::string text = request_.query_value(name);
    const auto value = number(text);
    if (value && *value >= 1 && *value <= most)
      out = *value;
    else
      wrong(name, text, "a number from 1 to " + std::to_string(most));
  }
  void time(const char* name, std::optional<store::WallTime>& out) {
    if (!request_.has_query(name)) return;
    const std::string text = request_.query_value(name);
    out = read_time(text);
    if (!out) wrong(name, text, "a time like 2026-01-31T12:00:00Z");
  }
  void sort(store::SortKey& out) {
    if (!request_.has_query("sort")) return;
    const std::string text = request_.query_value("sort");
    const auto found = std::find_if(std::begin(kSorts), std::end(kSorts),
                                    [&text](const SortName& one) { return one.name == text; });
    if (found != std::end(kSorts))
      out = found->key;
    else
      wrong("sort", text, "one of the columns in docs/api.md");
  }
  void order(bool& ascending) {
    if (!request_.has_query("order")) return;
    const std::string value = request_.query_value("order");
    const std::string text(trim(value));
    ascending = iequals(text, "asc");
    if (!ascending && !iequals(text, "desc")) wrong("order", text, "`asc` or `desc`");
  }
  void status(store::Went& out) {
    if (!request_.has_query("status")) return;
    const std::string text = request_.query_value("status");
    if (text != "ok" && text != "error") return wrong("status", text, "`ok` or `error`");
    out = text == "ok" ? store::Went::kWell : store::Went::kWrong;
  }
  const std::string& problem() const { return problem_; }

 private:
  void wrong(const std::string& name, const std::string& text, const std::string& expected) {
    if (problem_.empty())
      problem_ = "`" + name + "` must be " + expected + ", not `" + printable(text, 40) + "`";
  }

  const http::Request& request_;
  std::string problem_;
};

}  // namespace

std::optional<store::WallTime> read_time(std::string_view text) {
  const auto date = read_date(text);
  if (!date || !skip(text, "Tt ")) return std::nullopt;
  const auto clock = read_clock(text);
  if (!clock) return std::nullopt;
  const auto offset = read_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  // A clock of nanoseconds ends in the year 2262.
  constexpr seconds kMost(9'000'000'000);
  const seconds whole = date->time_since_epoch() + floor<seconds>(*clock) - *offset;
  const seconds told = std::clamp(whole, -kMost, kMost);
  return store::WallTime(told + (*clock - floor<seconds>(*clock)));
}

Result<store::PageQuery, std::string> read_page_query(const http::Request& request) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  store::PageQuery query;
  Values values(request);
  std::optional<std::uint64_t> limit, page;
  query.models = request.query_values("model");
  values.time("start", query.start);
  values.time("end", query.end);
  values.count("min_id", kMost, query.min_id);
  values.count("max_id", kMost, query.max_id);
  values.status(query.went);
  values.count("limit", kMostRows, limit);
  values.count("page", kMost, page);
  values.sort(query.sort);
  values.order(query.ascending);
  if (!values.problem().empty()) return values.problem();
  query.limit = limit.value_or(query.limit);
  query.page = page.value_or(query.page);
  return query;
}

}  // namespace paddock::api
