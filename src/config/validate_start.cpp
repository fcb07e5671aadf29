// How long a start may take: of the file and of a model.
#include "report.h"
#include "validate.h"

namespace paddock::config {

namespace {

using std::chrono::seconds;

constexpr std::int64_t kLeast = 15;
constexpr const char* kTimeout = "healthCheckTimeout";
constexpr const char* kMax = "healthCheckTimeoutMax";

seconds timeout(const Field<std::int64_t>& field, seconds fallback, Report& report) {
  const std::int64_t given = in_range(field, kTimeout, -kMaxSeconds, kMaxSeconds, fallback.count(), report);
  if (given >= kLeast) return seconds(given);
  report.warning(field.value->pos, "'healthCheckTimeout' is below 15 seconds, 15 is used");
  return seconds(kLeast);
}

seconds most(const Field<std::int64_t>& field, seconds least, Report& report) {
  const std::int64_t given = in_range(field, kMax, 0, kMaxSeconds, 0, report);
  if (given == 0 || seconds(given) >= least) return seconds(given);
  report.error(field.value->pos,
               "'healthCheckTimeoutMax' is below the 'healthCheckTimeout' of " +
                   std::to_string(least.count()) + " seconds",
               "give more, or 0 for a start that is never given more time");
  return seconds(0);
}

}  // namespace

StartLimits validate_start_limits(const Draft& draft, Report& report) {
  StartLimits limits;
  limits.least = timeout(draft.health_check_timeout, limits.least, report);
  limits.most = most(draft.health_check_timeout_max, limits.least, report);
  return limits;
}

StartLimits validate_start_limits(const ModelDraft& draft, const StartLimits& of_file, Report& report) {
  StartLimits limits = of_file;
  // As with `unloadTimeout`, 0 asks for the file's own.
  const bool own = draft.health_check_timeout.value && draft.health_check_timeout.value->value != 0;
  if (own) limits.least = timeout(draft.health_check_timeout, of_file.least, report);
  if (draft.health_check_timeout_max.value) {
    limits.most = most(draft.health_check_timeout_max, limits.least, report);
  } else if (limits.most < limits.least) {
    limits.most = seconds(0);
  }
  return limits;
}

}  // namespace paddock::config
