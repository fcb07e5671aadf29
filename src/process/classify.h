// What an end was: from the exit status and the last lines that the child printed to a class of the API.
// Pure functions. To teach it a message: a row in kSigns, and a case in classify_test.cpp.
#pragma once

#include <string>
#include <string_view>

#include "paddock/process/supervisor.h"

namespace paddock::process {

// How much of the end of a launch's output is looked at, how long the telling line may be, and how much of
// the output is kept with the launch.
inline constexpr std::size_t kTailBytes = 16 << 10;
inline constexpr std::size_t kTellingBytes = 300;
inline constexpr std::size_t kKeptTailBytes = 2 << 10;

struct Finding {
  FailureClass kind = FailureClass::kUnknown;
  std::string line;  // no control bytes, no colours; may be empty
};

// What the launch was doing when it ended.
enum class Phase { kStarting, kReady };

// The class is that of the gravest sign in the output, as far as it fits the end (a model that was ready did
// not die of its command line, and one that was killed did not stop at a missing file); without one, that of
// the status. The line is the last one with that sign; else the last that looks like an error; else the last
// that is not empty.
Finding classify(const ExitStatus& exit, Phase phase, std::string_view tail);

// The signal that ended it, also where a shell or a container passed it on as 128 + signal; 0 if none did.
int signal_behind(const ExitStatus& exit);

// The line alone, for a launch that has not ended.
std::string telling_line(std::string_view tail);

// The last lines as they are kept: each ended by LF, without colours, control bytes or empty lines.
std::string last_lines(std::string_view tail);

}  // namespace paddock::process
