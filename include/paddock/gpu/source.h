// Sources of what the cards of this machine hold: NVML, the kernel's files, or a file of the user's.
//
// A source answers with all cards at once. It is never needed to build or to start: a library, driver or file
// that is not there is an error sentence, and may be there at the next look. To add a kind: a factory here,
// its file in src/gpu, its place in find_source().
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/result.h"

namespace paddock::gpu {

// One that has memory on a card.
struct Process {
  pid_t pid = 0;  // as the driver tells it: of another pid namespace, perhaps
  std::uint64_t bytes = 0;
  std::string name{};            // as it calls itself; empty: not known
  std::vector<pid_t> lineage{};  // itself, its parent, ...; empty: no such process is seen here
  std::uint64_t shared = 0;      // of the machine's own memory, through the card (GTT); 0, too: not told

  friend bool operator==(const Process&, const Process&) = default;
};

struct Device {
  int index = 0;  // from 0, as its source counts
  std::string name{};
  std::string uuid{};  // may be empty, like the next
  std::string pci{};   // `0000:65:00.0`, lower case
  std::uint64_t total = 0;
  std::uint64_t used = 0;  // by whomever; bytes like `total`
  std::string vendor{};    // `nvidia`, `amd`, `intel`; may be empty
  // Nothing in these: the source does not tell.
  std::optional<int> util{};                        // percent of the time
  std::optional<int> temp{};                        // degrees Celsius
  std::optional<double> power{};                    // watts
  std::optional<std::vector<Process>> processes{};  // those that are seen; each pid once, sorted
  std::optional<std::uint64_t> shared{};  // of the machine's own memory, for the card: GTT of amdgpu
  std::string driver{};                   // its version; may be empty, like the next
  std::string architecture{};             // `Ampere`
  std::optional<double> power_limit{};    // watts
  std::optional<int> fan{};               // percent
  std::optional<int> memory_temp{};       // degrees Celsius
  // One of the parts into which a card is divided (MIG): those of one card have the same place on the bus.
  bool is_part = false;

  friend bool operator==(const Device&, const Device&) = default;
};

// The same text for the same card in every reading of one source.
std::string key_of(const Device& device);
// `GPU 0 (NVIDIA RTX A4000)`, for people.
std::string title_of(const Device& device);
// `1.5 GiB`, `300 MiB`.
std::string size_text(std::uint64_t bytes);

// One thread at a time. read() may be slow, and may hang with the driver: never on a thread that others wait
// for (sampler.h).
class Source {
 public:
  virtual ~Source() = default;
  // Never without a card; else the error is a sentence.
  virtual Result<std::vector<Device>, std::string> read() = 0;
};

// NVIDIA's library, loaded with the first read and kept until the process ends: closing it may hang, too.
// Of a card that is divided its parts are listed in its place, as no program can use the whole of it.
std::unique_ptr<Source> nvml_source(std::string library = "libnvidia-ml.so.1", std::string proc = "/proc");
// Cards of amdgpu, i915 and xe that have memory of their own. `drm`: the folder with card0, card1, ... What
// processes have is read from their files in `proc`, those of other users only as root. The Intel drivers
// tell no sum: `used` is that of the processes that are seen.
std::unique_ptr<Source> drm_source(std::string drm = "/sys/class/drm", std::string proc = "/proc");
// {"gpus":[{"total":N,"used":N,...}]} with the fields of Device by their names, `processes` as
// [{"pid":N,"bytes":N,"name":".."}]; total and used must be there, and pid and bytes. Read anew each time.
std::unique_ptr<Source> file_source(std::string path, std::string proc = "/proc");
// All of these one after another, the cards numbered through.
std::unique_ptr<Source> joined_source(std::vector<std::unique_ptr<Source>> sources);

// `auto`: whatever this machine has; `none`: null; `file:PATH`. Anything else is an error sentence.
Result<std::unique_ptr<Source>, std::string> find_source(const std::string& word);

}  // namespace paddock::gpu
