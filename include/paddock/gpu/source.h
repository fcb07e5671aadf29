// Sources of what the cards of this machine hold: NVML, amdgpu's files, or a file of the user's.
//
// A source answers with all cards at once. It is never needed to build or to start: a library, driver or file
// that is not there is an error sentence, and may be there at the next look. What is added later
// (utilisation, temperature, memory of single processes) are fields of Device. To add a kind: a factory here,
// its file in src/gpu, its place in find_source().
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "paddock/base/result.h"

namespace paddock::gpu {

struct Device {
  int index = 0;  // from 0, as its source counts
  std::string name{};
  std::string uuid{};  // may be empty, like the next
  std::string pci{};   // `0000:65:00.0`, lower case
  std::uint64_t total = 0;
  std::uint64_t used = 0;  // by whomever; bytes like `total`

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
std::unique_ptr<Source> nvml_source(std::string library = "libnvidia-ml.so.1");
// `drm`: the folder with card0, card1, ...
std::unique_ptr<Source> amdgpu_source(std::string drm = "/sys/class/drm");
// {"gpus":[{"index":0,"name":"..","uuid":"..","pci":"..","total":N,"used":N}]}, bytes; total and used must be
// there. Read anew each time.
std::unique_ptr<Source> file_source(std::string path);
// All of these one after another, the cards numbered through.
std::unique_ptr<Source> joined_source(std::vector<std::unique_ptr<Source>> sources);

// `auto`: whatever this machine has; `none`: null; `file:PATH`. Anything else is an error sentence.
Result<std::unique_ptr<Source>, std::string> find_source(const std::string& word);

}  // namespace paddock::gpu
