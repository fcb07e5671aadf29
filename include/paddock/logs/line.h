// One line of a log as people and the API see it, and what it is about. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paddock/base/ids.h"
#include "paddock/base/wall_time.h"

namespace paddock::logs {

enum class Level : std::uint8_t { kDebug, kInfo, kWarn, kError };

// Who wrote it: the daemon, or what it started.
enum class Source : std::uint8_t { kProxy, kUpstream };

// What a line is about; a line may have several. `Tags` is a set of them.
enum Tag : std::uint8_t { kGpu = 1, kErrorTag = 2, kTiming = 4, kHttp = 8, kFit = 16 };
using Tags = std::uint8_t;

inline constexpr Tag kAllTags[] = {kGpu, kErrorTag, kTiming, kHttp, kFit};

// `debug`, `proxy`, `gpu`: the words of the API, and back; nothing for any other word.
std::string_view name_of(Level level);
std::string_view name_of(Source source);
std::string_view name_of(Tag tag);
std::optional<Level> level_named(std::string_view word);
std::optional<Source> source_named(std::string_view word);
std::optional<Tag> tag_named(std::string_view word);

struct Line {
  std::uint64_t id = 0;  // over all logs of the daemon, ever growing; given by the Book
  WallTime time;
  ModelId model;             // empty: the daemon's own
  std::uint64_t launch = 0;  // the Generation; 0: of none
  Source source = Source::kProxy;
  Level level = Level::kInfo;
  Tags tags = 0;
  std::string text;  // UTF-8, one line, no control bytes but tabs
};

// What the text of a line tells of itself.
struct Signs {
  Level level = Level::kInfo;
  Tags tags = 0;

  friend bool operator==(const Signs&, const Signs&) = default;
};

// A guess by plain rules: the level that engines write in front of a line, else by words like `error`; the
// tags by words that engines use. Only the first 2 KiB of a line are looked at. Pure, any thread.
Signs read_signs(std::string_view text);

}  // namespace paddock::logs
