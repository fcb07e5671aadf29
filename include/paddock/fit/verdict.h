// The verdict on a load: did the model go into the memory of the cards? From the report alone where no card
// can be read; what else is known makes it sharper.
//
// First match wins:
//   failed_oom    it failed, and something could not be allocated
//   failed_kill   it was killed by the kernel, as those are that take too much RAM
//   cpu_only      no weights on any device
//   spilled       weights or KV in RAM that belong on a device
//   driver_spill  the report says it fits, but a card is full, and either the driver took more RAM for it
//                 than the report explains, or answers are slow
//   shrunk        on devices, with less context than was asked for
//   tight         on devices, with less than 512 MiB or 3 percent left on one of them
//   fits          on devices
//   unknown       no report of memory, or a failure for other reasons
// Pure functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "paddock/fit/report.h"

namespace paddock::fit {

enum class Word {
  kFailedOom,
  kFailedKill,
  kCpuOnly,
  kSpilled,
  kDriverSpill,
  kShrunk,
  kTight,
  kFits,
  kUnknown,
};

// `failed_oom`, `fits`, ...
const char* name_of(Word word);

enum class FailureKind { kOutOfMemory, kKilled, kOther };
struct Failure {
  FailureKind kind = FailureKind::kOther;
  std::string line{};  // that tells most; may be empty
};

// A card of the machine that the launch may use, as the driver sees it now.
struct Card {
  std::string device{};       // the child's name for it; empty: not known
  std::string title{};        // for people: `GPU 1`
  Bytes total = 0, used = 0;  // by all
  Bytes shared = 0;           // of RAM, that the driver took for the launch; 0, too: not told
  std::string pci{};          // `0000:65:00.0`: which it is, where the report names that, too
};

struct Circumstances {
  std::optional<Failure> failure{};  // none: it is ready
  std::vector<Card> cards{};
  std::vector<std::string> words{};  // the command line
  bool is_slow = false;              // answers come at less than 0.4 of the rate that is usual for it
};

struct Verdict {
  Word word = Word::kUnknown;
  std::string sentence;              // says so, if the report has gaps
  std::vector<std::string> proof{};  // the lines it rests on, as printed; at most 12
  std::vector<Device> devices{};     // that it uses; total and free as the driver sees them now, if known
  Amounts ram{};
  // Tokens that were asked for, where it has fewer: by the command line, or by what the automatic fit began
  // with.
  std::optional<std::uint64_t> context_before_cut{};
  std::string advice{};  // names a flag; empty if there is nothing to do
};

Verdict judge(const Report& report, const Circumstances& circumstances);

// `310 MiB`, `14.0 GiB`.
std::string size_text(Bytes bytes, int digits = 1);

}  // namespace paddock::fit
