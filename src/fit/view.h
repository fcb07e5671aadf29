// View is a report under its circumstances: what the rules of the verdict and its sentences ask about.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "paddock/fit/report.h"
#include "paddock/fit/verdict.h"

namespace paddock::fit {

class View {
 public:
  // Both outlive it.
  View(const Report& report, const Circumstances& circumstances);

  const Report& report;
  const Circumstances& circumstances;
  std::vector<Device> devices;  // that hold something, with what their cards tell
  Amounts on_devices;

  Bytes weights() const;  // in all
  bool has_any_memory() const { return !devices.empty() || report.ram.total() > 0; }

  // By its lines; of one that printed none of them, by what its command is called.
  Engine engine() const;
  bool failed() const { return circumstances.failure.has_value(); }
  bool is_short_of_memory() const;
  bool is_cpu_only() const;
  bool is_spilled() const;
  bool pages() const;
  bool is_shrunk() const;
  bool is_tight() const;
  // Weights that are streamed from RAM because the command line says so.
  bool streams() const;

  // What may be left on the device: what its card says, else what was free before less what the log shows.
  std::optional<Bytes> left_on(const Device& device) const;
  std::optional<std::uint64_t> asked_context() const;

 private:
  const Card* card_of(const Device& device) const;
  bool has_override() const;

  std::size_t used_devices_ = 0;
};

// The rest of the verdict, in words.
std::string sentence_of(Word word, const View& view);
std::string advice_of(Word word, const View& view);
std::vector<std::string> proof_of(Word word, const View& view);

}  // namespace paddock::fit
