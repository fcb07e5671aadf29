// Any bytes as a load report: what is read of them is bounded, and some verdict is given.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "paddock/fit/verdict.h"

using namespace paddock::fit;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void check_verdict(const Report& report, const Circumstances& at) {
  const Verdict verdict = judge(report, at);
  check(!verdict.sentence.empty() && verdict.proof.size() <= 12);
  check(verdict.word != Word::kFits || report.has_weights());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Report report = read({reinterpret_cast<const char*>(data), size});
  check(report.devices.size() <= 200 && report.said.size() <= 16 * 14);
  check(report.pools.size() <= 64 && report.shortages.size() <= 16);
  check_verdict(report, {});
  check_verdict(report, {.failure = Failure{}, .cards = {{"CUDA0", "GPU 0", std::uint64_t{24} << 30, 1}}});
  return 0;
}
