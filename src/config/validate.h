// Draft -> Config: defaults, ranges and what must hold between values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "draft.h"
#include "paddock/config/config.h"

namespace paddock::config {

class Report;

// Reports what is against a rule; the Config is of use only if no error has been reported.
Config validate(const Draft& draft, Report& report);

// How long a start may take.
struct StartLimits {
  std::chrono::seconds least{120};
  std::chrono::seconds most{0};  // for one that still makes progress; 0: no more than `least`
};

// What the models take from the rest of the file.
struct ModelDefaults {
  StartLimits start;
  std::chrono::seconds ttl{0};
  std::chrono::seconds unload_timeout{10};
  std::chrono::seconds stall_timeout{0};
  KvCache kv_cache;
  bool send_loading_state = false;
  LogVerbosity log_verbosity = LogVerbosity::kReport;
};

// Of the file, with those of llama-swap as defaults, or of a model, with the file's.
StartLimits validate_start_limits(const Draft& draft, Report& report);
StartLimits validate_start_limits(const ModelDraft& draft, const StartLimits& of_file, Report& report);

ModelConfig validate_model(const ModelDraft& draft, const ModelDefaults& defaults, Report& report);

// The models' effective priorities: `routing.scheduler.settings.fifo` counts where a model has no key of its
// own.
void validate_priorities(const Draft& draft, std::vector<ModelConfig>& models, Report& report);

// The keys of the top level that need nothing but themselves.
void validate_top(const Draft& draft, Config& config, Report& report);

// Reports a number outside [least, most]; `fallback` then and when there is none.
std::int64_t in_range(const Field<std::int64_t>& field, const char* key, std::int64_t least,
                      std::int64_t most, std::int64_t fallback, Report& report);

// Text with units, or whole seconds without quotes. Reports what is neither; nothing then and when there is
// none.
std::optional<std::chrono::nanoseconds> length_of_time(const Field<Text>& field, const char* key,
                                                       Report& report);

// A number of bytes, or of KiB, MiB or GiB. Reports what is neither and what is less than `least`; `fallback`
// then and when there is none.
std::uint64_t number_of_bytes(const Field<Text>& field, const char* key, std::uint64_t least,
                              std::uint64_t fallback, Report& report);

// `otherwise` for what is not given.
KvCache validate_kv_cache(const KvCacheDraft& draft, const KvCache& otherwise, Report& report);

// More seconds than this would overflow a clock of nanoseconds.
inline constexpr std::int64_t kMaxSeconds = 1'000'000'000;
// No count of things needs to be larger.
inline constexpr std::int64_t kMaxCount = 1'000'000'000;

}  // namespace paddock::config
