#include "paddock/fit/verdict.h"

#include <cstdio>

#include "view.h"

namespace paddock::fit {

namespace {

Word failed_word(const View& view) {
  if (view.is_short_of_memory()) return Word::kFailedOom;
  return view.circumstances.failure->kind == FailureKind::kKilled ? Word::kFailedKill : Word::kUnknown;
}

Word word_for(const View& view) {
  if (view.failed()) return failed_word(view);
  if (view.is_cpu_only()) return Word::kCpuOnly;
  if (!view.report.has_weights()) return Word::kUnknown;
  if (view.is_spilled()) return Word::kSpilled;
  if (view.pages()) return Word::kDriverSpill;
  if (view.is_shrunk()) return Word::kShrunk;
  return view.is_tight() ? Word::kTight : Word::kFits;
}

// Of a child that ran for long the report may end before the line it died of.
Report with_last_line(const Report& report, const Circumstances& circumstances) {
  Report whole = report;
  if (!circumstances.failure || !report.shortages.empty()) return whole;
  const Report last = read(circumstances.failure->line);
  if (whole.engine == Engine::kLlama) whole.engine = last.engine;
  whole.shortages = last.shortages;
  whole.said.insert(whole.said.end(), last.said.begin(), last.said.end());
  return whole;
}

}  // namespace

const char* name_of(Word word) {
  switch (word) {
    case Word::kFailedOom:
      return "failed_oom";
    case Word::kFailedKill:
      return "failed_kill";
    case Word::kCpuOnly:
      return "cpu_only";
    case Word::kSpilled:
      return "spilled";
    case Word::kDriverSpill:
      return "driver_spill";
    case Word::kShrunk:
      return "shrunk";
    case Word::kTight:
      return "tight";
    case Word::kFits:
      return "fits";
    case Word::kUnknown:
      break;
  }
  return "unknown";
}

std::string size_text(Bytes bytes, int digits) {
  char text[48];
  if (bytes < (Bytes{1} << 30)) {
    std::snprintf(text, sizeof text, "%.0f MiB", static_cast<double>(bytes) / (1 << 20));
  } else {
    std::snprintf(text, sizeof text, "%.*f GiB", digits, static_cast<double>(bytes) / (1 << 30));
  }
  return text;
}

Verdict judge(const Report& report, const Circumstances& circumstances) {
  const Report whole = with_last_line(report, circumstances);
  const View view(whole, circumstances);
  Verdict verdict;
  verdict.word = word_for(view);
  verdict.sentence = sentence_of(verdict.word, view);
  if (whole.unread > 0) {
    verdict.sentence += " (" + std::to_string(whole.unread) +
                        " bytes of its log came too fast to be read, so that something may be missing)";
  }
  verdict.proof = proof_of(verdict.word, view);
  verdict.devices = view.devices;
  verdict.ram = whole.ram;
  if (view.is_shrunk()) verdict.context_before_cut = view.asked_context();
  verdict.advice = advice_of(verdict.word, view);
  return verdict;
}

}  // namespace paddock::fit
