// The verdict in words: its sentence and its proof.
#include <algorithm>
#include <cstdio>
#include <initializer_list>

#include "flags.h"
#include "line.h"
#include "number.h"
#include "view.h"

namespace paddock::fit {

namespace {

constexpr std::size_t kMostProof = 12;
constexpr std::size_t kMostOfAFact = 6;

const std::string* line_about(const Report& report, Fact fact) {
  const auto found = std::find_if(report.said.begin(), report.said.end(),
                                  [&](const Said& said) { return said.fact == fact; });
  return found == report.said.end() ? nullptr : &found->line;
}

std::string message_of(const std::string& line) {
  const std::string text = normalised(line).text;
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? text : text.substr(begin);
}

// `7.05 of 11.64 GiB`.
std::string part_text(Bytes part, Bytes all, int digits) {
  const bool same_unit = (part >= (Bytes{1} << 30)) == (all >= (Bytes{1} << 30));
  std::string first = size_text(part, digits);
  if (same_unit) first.erase(first.find(' '));
  return first + " of " + size_text(all, digits);
}

const std::string& shown(const Device& device) { return device.card.empty() ? device.name : device.card; }

// What could not be had: a line with a size tells most.
std::string shortage_text(const View& view) {
  const auto& all = view.report.shortages;
  if (view.report.vllm.kv_gib && *view.report.vllm.kv_gib <= 0) {
    return "Does not fit: nothing is left for the KV cache";
  }
  if (all.empty()) return "Does not fit: " + message_of(view.circumstances.failure->line);
  auto told =
      std::find_if(all.begin(), all.end(), [](const Shortage& s) { return s.wanted && !s.device.empty(); });
  if (told == all.end()) told = std::find_if(all.begin(), all.end(), [](auto& s) { return s.wanted; });
  if (told == all.end())
    told = std::find_if(all.begin(), all.end(), [](auto& s) { return !s.device.empty(); });
  if (told == all.end()) return "Does not fit: out of memory";
  const std::string who = told->device.empty() ? "a device" : told->device;
  if (!told->wanted) return "Does not fit: out of memory on " + who;
  return "Does not fit: " + who + " needed " + size_text(*told->wanted) + " more";
}

std::string cpu_reason(const View& view) {
  if (const auto* line = line_about(view.report, Fact::kNoGpu)) return message_of(*line);
  const auto layers = value_of(view.circumstances.words, {"-ngl", "--n-gpu-layers", "--gpu-layers"});
  if (layers && *layers == "0") return "--n-gpu-layers 0";
  if (const auto* line = line_about(view.report, Fact::kLayers)) return message_of(*line);
  return "no buffer on a device";
}

std::string spill_reason(const View& view) {
  const Words& words = view.circumstances.words;
  if (const auto experts = value_of(words, {"-ncmoe", "--n-cpu-moe"})) return *experts + " layers' experts";
  if (has_flag(words, {"-cmoe", "--cpu-moe"})) return "all experts";
  const auto& layers = view.report.layers;
  if (layers && layers->on_devices < layers->all) {
    return std::to_string(layers->on_devices) + " of " + std::to_string(layers->all) + " layers on GPU";
  }
  if (view.report.overflowing > 0) return "parts of " + std::to_string(view.report.overflowing) + " layers";
  if (view.report.overrides > 0) return std::to_string(view.report.overrides) + " tensors by name";
  if (has_flag(words, {"-ot", "--override-tensor"})) return "--override-tensor";
  return {};
}

std::string spilled_text(const View& view) {
  if (view.report.engine == Engine::kVllm) {
    return "Partly in RAM: --cpu-offload-gb " +
           value_of(view.circumstances.words, {"--cpu-offload-gb"}).value_or("");
  }
  std::string text =
      "Partly in RAM: " + part_text(view.report.ram.weights, view.weights(), 2) + " of weights on CPU";
  if (view.report.ram.kv > 0) text += ", " + size_text(view.report.ram.kv) + " of KV cache";
  const std::string reason = spill_reason(view);
  return reason.empty() ? text : text + " (" + reason + ")";
}

// The end of the report, which tells what is left, may be missing.
std::string shrunk_text(const View& view) {
  const std::string asked = " (" + std::to_string(*view.asked_context()) + " asked)";
  return "Fits, context cut" + (view.report.context ? " to " + std::to_string(*view.report.context) : "") +
         asked;
}

std::string tight_text(const View& view) {
  if (view.report.engine == Engine::kVllm) {
    return "Fits, but the KV cache holds less than one request of " +
           std::to_string(view.report.vllm.request_tokens) + " tokens";
  }
  const Device* least = nullptr;
  for (const Device& device : view.devices) {
    const auto left = view.left_on(device);
    if (left && (least == nullptr || *left < *view.left_on(*least))) least = &device;
  }
  return "Fits, " + size_text(*view.left_on(*least)) + " left on " + shown(*least);
}

std::string fits_text(const View& view) {
  if (view.streams() && view.report.ram.weights > 0) {
    return "Streams from RAM by configuration: " + part_text(view.report.ram.weights, view.weights(), 1) +
           " of weights in RAM";
  }
  const Bytes used = view.on_devices.total();
  Bytes total = 0;
  bool is_known = true;
  for (const Device& device : view.devices) {
    is_known = is_known && device.total.has_value();
    total = sum(total, device.total.value_or(0));
  }
  if (is_known && total >= used) return "Fits: " + part_text(used, total, 1);
  return "Fits: " + size_text(used) + " on " +
         (view.devices.size() == 1 ? shown(view.devices[0]) : "all devices");
}

std::string unknown_text(const View& view) {
  if (view.failed()) {
    const std::string& line = view.circumstances.failure->line;
    return "It failed, but not for want of memory" + (line.empty() ? "" : ": " + message_of(line));
  }
  if (view.has_any_memory()) return "The beginning of the memory report is missing";
  if (view.engine() == Engine::kDiffusion) return "No memory report: start it with -v";
  return view.engine() == Engine::kLlama ? "No memory report: start it with -lv 4" : "No memory report";
}

std::initializer_list<Fact> facts_of(Word word) {
  using enum Fact;
  static const std::initializer_list<Fact> oom = {kOutOfMemory, kFitFailed, kLoadFailed},
                                           cpu = {kNoGpu, kLayers, kBuffer, kMemory},
                                           spilled = {kLayers, kOverflow,  kOverride,
                                                      kBuffer, kFitFailed, kMemory},
                                           shrunk = {kContextCut, kContext, kLayers, kBuffer},
                                           fits = {kLayers, kBuffer, kMemory},
                                           unknown = {kLoadFailed, kWarning};
  switch (word) {
    case Word::kFailedOom:
      return oom;
    case Word::kCpuOnly:
      return cpu;
    case Word::kSpilled:
      return spilled;
    case Word::kShrunk:
      return shrunk;
    case Word::kDriverSpill:
    case Word::kTight:
    case Word::kFits:
      return fits;
    case Word::kFailedKill:
    case Word::kUnknown:
      break;
  }
  return unknown;
}

}  // namespace

std::string sentence_of(Word word, const View& view) {
  switch (word) {
    case Word::kFailedOom:
      return shortage_text(view);
    case Word::kFailedKill:
      return "Killed: probably out of system RAM";
    case Word::kCpuOnly:
      return "Runs on CPU only: " + cpu_reason(view);
    case Word::kSpilled:
      return spilled_text(view);
    case Word::kDriverSpill:
      return "Logs say it fits, the driver is paging";
    case Word::kShrunk:
      return shrunk_text(view);
    case Word::kTight:
      return tight_text(view);
    case Word::kFits:
      return fits_text(view);
    case Word::kUnknown:
      break;
  }
  return unknown_text(view);
}

std::vector<std::string> proof_of(Word word, const View& view) {
  std::vector<std::string> proof;
  const auto add = [&](const std::string& line) {
    const bool is_there = std::find(proof.begin(), proof.end(), line) != proof.end();
    if (!line.empty() && !is_there && proof.size() < kMostProof) proof.push_back(line);
  };
  for (const Fact fact : facts_of(word)) {
    std::size_t count = 0;
    for (const Said& said : view.report.said) {
      if (said.fact == fact && count++ < kMostOfAFact) add(said.line);
    }
  }
  if (view.failed()) add(as_printed(view.circumstances.failure->line));
  return proof;
}

}  // namespace paddock::fit
