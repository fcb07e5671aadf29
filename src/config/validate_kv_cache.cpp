#include "paddock/base/text.h"
#include "report.h"
#include "validate.h"

namespace paddock::config {

namespace {

using std::chrono::nanoseconds;

KvSave save_mode(const Field<Text>& field, KvSave otherwise, Report& report) {
  if (!field.value) return otherwise;
  const std::string word = to_lower(trim(field.value->value.value));
  if (word == "off" || word == "false" || word == "no") return KvSave::kOff;
  if (word == "auto") return KvSave::kAuto;
  if (word == "on" || word == "true" || word == "yes") return KvSave::kOn;
  report.error(field.value->pos, "'kvCache.save' " + in_quotes(field.value->value.shown()) + " is not known",
               "write off, auto or on");
  return otherwise;
}

std::string folder(const Field<Text>& field, const std::string& otherwise, Report& report) {
  if (!field.value) return otherwise;
  const std::string& path = field.value->value.value;
  if (!trim(path).starts_with('/')) {
    report.error(field.value->pos,
                 "'kvCache.dir' must be a whole path, not " + in_quotes(field.value->value.shown()),
                 "engines may run in other folders; write it like /var/lib/paddock/kvcache");
  }
  return path;
}

nanoseconds time_within(const Field<Text>& field, const char* key, nanoseconds least, nanoseconds most,
                        nanoseconds otherwise, Report& report) {
  const auto given = length_of_time(field, key, report);
  if (!given) return otherwise;
  if (*given >= least && *given <= most) return *given;
  const auto seconds = [](nanoseconds time) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count());
  };
  report.error(field.value->pos,
               in_quotes(key) + " must be " + seconds(least) + " to " + seconds(most) + " seconds");
  return otherwise;
}

}  // namespace

KvCache validate_kv_cache(const KvCacheDraft& draft, const KvCache& otherwise, Report& report) {
  using namespace std::chrono_literals;
  constexpr std::uint64_t kLeastDisk = 1 << 20;
  KvCache out;
  out.save = save_mode(draft.save, otherwise.save, report);
  out.dir = folder(draft.dir, otherwise.dir, report);
  out.min_tokens =
      static_cast<std::uint64_t>(in_range(draft.min_tokens, "kvCache.minTokens", 1, kMaxCount,
                                          static_cast<std::int64_t>(otherwise.min_tokens), report));
  out.max_disk = number_of_bytes(draft.max_disk, "kvCache.maxDisk", kLeastDisk, otherwise.max_disk, report);
  out.max_age = time_within(draft.max_age, "kvCache.maxAge", 1s, 24h * 3650, otherwise.max_age, report);
  out.timeout = time_within(draft.timeout, "kvCache.timeout", 1s, 600s, otherwise.timeout, report);
  return out;
}

}  // namespace paddock::config
