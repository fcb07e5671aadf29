// Text for terminals: what came from models and engines made harmless, sizes, times, tables. Pure; any
// thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/base/wall_time.h"

namespace paddock::commands {

// UTF-8 in which nothing steers a terminal: control characters, C1's among them, are `\xNN`, those that turn
// the direction of writing and bytes that are no UTF-8 are U+FFFD.
std::string shown(std::string_view text);
// The same, with line feeds and tabs left in: of an answer that is written as it comes.
std::string shown_lines(std::string_view text);

// `5.8 GiB`, always GiB and one decimal.
std::string gib(double bytes);
// `0.41 s`, `12 s`, `4 min 30 s`, `2 h 5 min`, `3 d 4 h`; at least 0.
std::string span(double seconds);
// `42.3`; `-` where there is none.
std::string speed(std::optional<double> per_second);

// `2026-01-31T12:00:00.000Z` as the API writes it; nothing if it is anything else, or not between 1970
// and 2200.
std::optional<WallTime> time_in(std::string_view rfc3339);
// `2026-01-31 12:00:00.000` in the zone of this process.
std::string local_time(WallTime time);

// Columns of a terminal.
std::size_t columns(std::string_view text);
// At most so many columns; what is cut ends in `…`.
std::string cut(const std::string& text, std::size_t width);

struct Column {
  const char* title;
  bool right = false;  // aligned, for numbers
};
using Row = std::vector<std::string>;  // as many as there are columns

// A line of titles and one for each row, two blanks between columns and none at the end. If it is wider than
// `width`, the widest columns are cut until it fits. Nothing: as wide as it is.
std::string table(const std::vector<Column>& head, const std::vector<Row>& rows,
                  std::optional<std::size_t> width);

}  // namespace paddock::commands
