// UsageJson: the few numbers of a JSON text that tell what an answer cost, found while its bytes pass by.
//
// Not a validator: what is no JSON tells nothing or a little, and never fails. It remembers the objects on
// the way to a number it knows, at most four deep; everything else is skipped by counting brackets, so
// nesting of any depth costs no memory. A key or number longer than any it knows is none it knows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "paddock/metrics/usage.h"

namespace paddock::metrics {

enum class Field : std::uint8_t {
  kPromptTokens,
  kInputTokens,
  kCompletionTokens,
  kOutputTokens,
  kCacheRead,
  kInputCached,
  kPromptCached,
  // llama-server's timings
  kPromptN,
  kPredictedN,
  kCacheN,
  kPromptRate,
  kPredictedRate,
  kDraftN,
  kDraftAccepted,
  kPromptMs,
  kPredictedMs,
  // vLLM's metrics
  kFirstTokenMs,
  kBetweenTokensMs,
  kDraftTokens,
  kAcceptedTokens,
  kNone,
};

// What one JSON text, or several one after the other, said; NaN: nothing.
struct Told {
  static constexpr auto kFields = static_cast<std::size_t>(Field::kNone);
  Told() { values.fill(std::numeric_limits<double>::quiet_NaN()); }
  double operator[](Field field) const { return values[static_cast<std::size_t>(field)]; }
  void forget(Field first, Field last);

  std::array<double, kFields> values;
  bool usage = false, timings = false, metrics = false, speculative = false;  // such an object was there
};

// As docs/metrics.md tells it.
Usage read_usage(const Told& told);
// A later text of the same answer: counts grow, timings and metrics are replaced.
void add_told(Told& sum, const Told& later);

class UsageJson {
 public:
  // `events`: usage is also looked for where streams put it. `list`: the elements of a list are looked into,
  // and the last one counts.
  UsageJson(bool events, bool list) : events_(events), list_(list) {}

  void feed(std::string_view text);
  // One whole JSON text came, and nothing behind it.
  bool whole() const { return state_ == State::kDone; }
  const Told& told() const { return told_; }
  // For the next text.
  void restart();

  enum class Node : std::uint8_t {
    kUnknown,
    kList,
    kRoot,
    kHolder,
    kUsage,
    kInputDetails,
    kPromptDetails,
    kTimings,
    kMetrics,
    kSpeculative
  };

 private:
  enum class State : std::uint8_t { kBetween, kKey, kText, kNumber, kDone, kNoJson };
  static constexpr std::size_t kMostKnown = 6;

  std::size_t take(std::string_view text);
  void between(char c);
  void open(bool object);
  void close();
  void enter(Node node);
  void end_key();
  void end_number();
  Node child(bool object) const;
  bool in_known() const { return depth_ == known_; }
  std::size_t skip_text(std::string_view text);
  std::size_t take_key(std::string_view text);
  std::size_t take_number(std::string_view text);
  void keep(std::string_view part);

  const bool events_, list_;
  State state_ = State::kBetween;
  bool escaped_ = false;  // the byte before was a backslash, inside a text
  bool expects_key_ = false;
  std::uint64_t depth_ = 0;  // open brackets
  std::uint64_t known_ = 0;  // so many of them, from outside, are nodes_
  std::array<Node, kMostKnown + 1> nodes_{};
  Node next_node_ = Node::kUnknown;  // what the key before stands for
  Field next_field_ = Field::kNone;
  std::array<char, 32> word_{};  // the key or number at hand
  std::size_t word_size_ = 0;    // beyond the room: it is too long
  Told told_;
};

}  // namespace paddock::metrics
