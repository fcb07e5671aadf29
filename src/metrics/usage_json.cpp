#include "usage_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <span>

namespace paddock::metrics {

namespace {

using Node = UsageJson::Node;

// Beyond it a count is no count.
constexpr double kMostTokens = 1e15;
constexpr double kMostRate = 1e9;

struct Edge {
  Node from;
  std::string_view key;
  Node to;
  Field field;
};

// Those from one node stand together.
constexpr Edge kEdges[] = {
    {Node::kRoot, "usage", Node::kUsage, Field::kNone},
    {Node::kRoot, "timings", Node::kTimings, Field::kNone},
    {Node::kRoot, "metrics", Node::kMetrics, Field::kNone},
    {Node::kRoot, "response", Node::kHolder, Field::kNone},
    {Node::kRoot, "message", Node::kHolder, Field::kNone},
    {Node::kHolder, "usage", Node::kUsage, Field::kNone},
    {Node::kUsage, "prompt_tokens", Node::kUnknown, Field::kPromptTokens},
    {Node::kUsage, "input_tokens", Node::kUnknown, Field::kInputTokens},
    {Node::kUsage, "completion_tokens", Node::kUnknown, Field::kCompletionTokens},
    {Node::kUsage, "output_tokens", Node::kUnknown, Field::kOutputTokens},
    {Node::kUsage, "cache_read_input_tokens", Node::kUnknown, Field::kCacheRead},
    {Node::kUsage, "input_tokens_details", Node::kInputDetails, Field::kNone},
    {Node::kUsage, "prompt_tokens_details", Node::kPromptDetails, Field::kNone},
    {Node::kInputDetails, "cached_tokens", Node::kUnknown, Field::kInputCached},
    {Node::kPromptDetails, "cached_tokens", Node::kUnknown, Field::kPromptCached},
    {Node::kTimings, "prompt_n", Node::kUnknown, Field::kPromptN},
    {Node::kTimings, "predicted_n", Node::kUnknown, Field::kPredictedN},
    {Node::kTimings, "cache_n", Node::kUnknown, Field::kCacheN},
    {Node::kTimings, "prompt_per_second", Node::kUnknown, Field::kPromptRate},
    {Node::kTimings, "predicted_per_second", Node::kUnknown, Field::kPredictedRate},
    {Node::kTimings, "draft_n", Node::kUnknown, Field::kDraftN},
    {Node::kTimings, "draft_n_accepted", Node::kUnknown, Field::kDraftAccepted},
    {Node::kTimings, "prompt_ms", Node::kUnknown, Field::kPromptMs},
    {Node::kTimings, "predicted_ms", Node::kUnknown, Field::kPredictedMs},
    {Node::kMetrics, "time_to_first_token_ms", Node::kUnknown, Field::kFirstTokenMs},
    {Node::kMetrics, "mean_itl_ms", Node::kUnknown, Field::kBetweenTokensMs},
    {Node::kMetrics, "speculative_decoding", Node::kSpeculative, Field::kNone},
    {Node::kSpeculative, "num_draft_tokens", Node::kUnknown, Field::kDraftTokens},
    {Node::kSpeculative, "num_accepted_draft_tokens", Node::kUnknown, Field::kAcceptedTokens},
};

struct EdgeRange {
  std::uint8_t begin = 0, end = 0;
};

// A key is compared with those of its object only.
constexpr auto kFrom = [] {
  std::array<EdgeRange, static_cast<std::size_t>(Node::kSpeculative) + 1> out{};
  for (std::uint8_t i = 0; i < std::size(kEdges); ++i) {
    EdgeRange& range = out[static_cast<std::size_t>(kEdges[i].from)];
    if (range.end == 0) range.begin = i;
    range.end = i + 1;
  }
  return out;
}();

bool is_number_char(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Where a text may end, or an escape begin.
std::size_t end_of_plain(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && text[at] != '"' && text[at] != '\\') ++at;
  return at;
}

// -1: nothing that could be a count was said.
std::int64_t count(double value) {
  return value >= 0 && value <= kMostTokens ? static_cast<std::int64_t>(value) : -1;
}

std::int64_t first_count(std::initializer_list<double> candidates) {
  for (const double value : candidates) {
    if (!std::isnan(value)) return count(value);
  }
  return -1;
}

double rate(double value) { return value >= 0 && value <= kMostRate ? value : 0; }

void read_timings(const Told& told, Usage& out) {
  out.input = std::max<std::int64_t>(0, count(told[Field::kPromptN]));
  out.output = std::max<std::int64_t>(0, count(told[Field::kPredictedN]));
  out.prompt_rate = rate(told[Field::kPromptRate]);
  out.generation_rate = rate(told[Field::kPredictedRate]);
  if (const std::int64_t cached = count(told[Field::kCacheN]); cached >= 0) out.cached = cached;
  const std::int64_t draft = count(told[Field::kDraftN]), accepted = count(told[Field::kDraftAccepted]);
  if (draft >= 0 && accepted >= 0) {
    out.draft = draft;
    out.draft_accepted = accepted;
  }
  out.engine_ms = count(rate(told[Field::kPromptMs]) + rate(told[Field::kPredictedMs]));
}

void read_metrics(const Told& told, Usage& out) {
  const std::int64_t draft = count(told[Field::kDraftTokens]);
  const std::int64_t accepted = count(told[Field::kAcceptedTokens]);
  if (draft >= 0 && accepted >= 0) {
    out.draft = draft;
    out.draft_accepted = accepted;
  }
  const auto computed = static_cast<double>(out.input - std::max<std::int64_t>(out.cached, 0));
  const double first = told[Field::kFirstTokenMs], between = told[Field::kBetweenTokensMs];
  if (first > 0) out.prompt_rate = rate(computed * 1000 / first);
  if (between > 0) out.generation_rate = rate(1000 / between);
}

// The field of `later` counts where it says more than `least`.
void take_later(Told& sum, const Told& later, Field field, double least) {
  const double value = later[field];
  if (value > least) sum.values[static_cast<std::size_t>(field)] = value;
}

void replace(Told& sum, const Told& later, Field first, Field last) {
  for (auto i = static_cast<std::size_t>(first); i <= static_cast<std::size_t>(last); ++i)
    sum.values[i] = later.values[i];
}

}  // namespace

void Told::forget(Field first, Field last) { replace(*this, Told(), first, last); }

Usage read_usage(const Told& told) {
  if (!told.usage && !told.timings && !told.metrics) return {};
  Usage out{0, 0, -1, -1, -1, -1, -1, 0};
  if (told.usage) {
    out.input =
        std::max<std::int64_t>(0, first_count({told[Field::kPromptTokens], told[Field::kInputTokens]}));
    out.output =
        std::max<std::int64_t>(0, first_count({told[Field::kCompletionTokens], told[Field::kOutputTokens]}));
    out.cached =
        first_count({told[Field::kCacheRead], told[Field::kInputCached], told[Field::kPromptCached]});
  }
  if (told.timings) read_timings(told, out);
  if (told.metrics) read_metrics(told, out);
  return out;
}

void add_told(Told& sum, const Told& later) {
  if (later.usage) {
    sum.usage = true;
    for (const Field field :
         {Field::kPromptTokens, Field::kInputTokens, Field::kCompletionTokens, Field::kOutputTokens})
      take_later(sum, later, field, 0);
    for (const Field field : {Field::kCacheRead, Field::kInputCached, Field::kPromptCached})
      take_later(sum, later, field, -1);
  }
  if (later.timings) {
    sum.timings = true;
    replace(sum, later, Field::kPromptN, Field::kPredictedMs);
  }
  if (later.metrics) {
    sum.metrics = true;
    replace(sum, later, Field::kFirstTokenMs, Field::kAcceptedTokens);
  }
}

void UsageJson::restart() {
  state_ = State::kBetween;
  escaped_ = expects_key_ = false;
  depth_ = known_ = 0;
  next_node_ = Node::kUnknown;
  next_field_ = Field::kNone;
  told_ = Told();
}

void UsageJson::feed(std::string_view text) {
  while (!text.empty() && state_ != State::kNoJson) text.remove_prefix(take(text));
}

// How many bytes it has dealt with; at least one, or the state has changed.
std::size_t UsageJson::take(std::string_view text) {
  switch (state_) {
    case State::kText:
      return skip_text(text);
    case State::kKey:
      return take_key(text);
    case State::kNumber:
      return take_number(text);
    case State::kDone:
      if (!is_blank(text.front())) state_ = State::kNoJson;
      return 1;
    case State::kBetween:
      if (depth_ == known_ && next_field_ != Field::kNone && is_number_char(text.front())) {
        word_size_ = 0;
        state_ = State::kNumber;
        return 0;
      }
      between(text.front());
      return 1;
    case State::kNoJson:
      break;
  }
  return text.size();
}

std::size_t UsageJson::skip_text(std::string_view text) {
  if (escaped_) {
    escaped_ = false;
    return 1;
  }
  const std::size_t at = end_of_plain(text);
  if (at == text.size()) return at;
  if (text[at] == '\\')
    escaped_ = true;
  else
    state_ = State::kBetween;
  return at + 1;
}

// A key with an escape is none of those that are known.
std::size_t UsageJson::take_key(std::string_view text) {
  if (escaped_) {
    escaped_ = false;
    return 1;
  }
  const std::size_t at = end_of_plain(text);
  keep(text.substr(0, at));
  if (at == text.size()) return at;
  if (text[at] == '"') {
    end_key();
    state_ = State::kBetween;
  } else {
    escaped_ = true;
    word_size_ = word_.size() + 1;
  }
  return at + 1;
}

void UsageJson::keep(std::string_view part) {
  if (word_size_ + part.size() > word_.size()) {
    word_size_ = word_.size() + 1;
    return;
  }
  std::copy(part.begin(), part.end(), word_.begin() + static_cast<std::ptrdiff_t>(word_size_));
  word_size_ += part.size();
}

std::size_t UsageJson::take_number(std::string_view text) {
  const char c = text.front();
  if (!is_number_char(c)) {
    end_number();
    state_ = State::kBetween;
    return 0;
  }
  keep({&c, 1});
  return 1;
}

void UsageJson::between(char c) {
  if (is_blank(c)) return;
  if (depth_ == 0 && c != '{' && c != '[') {
    state_ = State::kNoJson;
    return;
  }
  const bool known = depth_ == known_;
  switch (c) {
    case '"':
      state_ = known && expects_key_ ? State::kKey : State::kText;
      word_size_ = 0;
      return;
    case '{':
    case '[':
      return open(c == '{');
    case '}':
    case ']':
      return close();
    case ':':
      if (known) expects_key_ = false;
      return;
    case ',':
      if (!known) return;
      expects_key_ = nodes_[known_] != Node::kList;
      next_node_ = Node::kUnknown;
      next_field_ = Field::kNone;
      return;
    default:
      return;
  }
}

UsageJson::Node UsageJson::child(bool object) const {
  if (depth_ == 0)
    return object ? (list_ ? Node::kUnknown : Node::kRoot) : (list_ ? Node::kList : Node::kUnknown);
  if (!object) return Node::kUnknown;
  if (nodes_[known_] == Node::kList) return Node::kRoot;
  return expects_key_ ? Node::kUnknown : next_node_;
}

void UsageJson::open(bool object) {
  const Node node = in_known() && known_ < kMostKnown ? child(object) : Node::kUnknown;
  ++depth_;
  next_field_ = Field::kNone;
  if (node != Node::kUnknown) enter(node);
}

// What an object said before, under the same name, counts no more.
void UsageJson::enter(Node node) {
  nodes_[++known_] = node;
  expects_key_ = node != Node::kList;
  next_node_ = Node::kUnknown;
  switch (node) {
    case Node::kRoot:
      told_ = Told();
      return;
    case Node::kUsage:
      told_.usage = true;
      return told_.forget(Field::kPromptTokens, Field::kPromptCached);
    case Node::kTimings:
      told_.timings = true;
      return told_.forget(Field::kPromptN, Field::kPredictedMs);
    case Node::kMetrics:
      told_.metrics = true;
      return told_.forget(Field::kFirstTokenMs, Field::kAcceptedTokens);
    default:
      return;
  }
}

void UsageJson::close() {
  if (in_known()) --known_;
  --depth_;
  if (in_known()) {
    expects_key_ = false;
    next_node_ = Node::kUnknown;
    next_field_ = Field::kNone;
  }
  if (depth_ == 0) state_ = State::kDone;
}

void UsageJson::end_key() {
  expects_key_ = false;
  next_node_ = Node::kUnknown;
  next_field_ = Field::kNone;
  if (word_size_ > word_.size()) return;
  const std::string_view key(word_.data(), word_size_);
  const EdgeRange range = kFrom[static_cast<std::size_t>(nodes_[known_])];
  for (const Edge& edge : std::span(kEdges).subspan(range.begin, range.end - range.begin)) {
    if (edge.key != key) continue;
    if (edge.to == Node::kHolder && !events_) return;
    next_node_ = edge.to;
    next_field_ = edge.field;
    return;
  }
}

void UsageJson::end_number() {
  const auto field = static_cast<std::size_t>(next_field_);
  next_field_ = Field::kNone;
  if (word_size_ > word_.size()) return;
  double value = 0;
  const char* const end = word_.data() + word_size_;
  const auto [behind, error] = std::from_chars(word_.data(), end, value);
  if (error == std::errc() && behind == end && std::isfinite(value)) told_.values[field] = value;
}

}  // namespace paddock::metrics
