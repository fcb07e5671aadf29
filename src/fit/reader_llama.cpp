// What llama.cpp and its descendants print.
#include <algorithm>

#include "number.h"
#include "reader.h"

namespace paddock::fit {

namespace {

constexpr std::size_t kMostPools = 64;

}  // namespace

void Reader::used_device(const Groups& at) {
  Device& used = device(at[1]);
  used.title = std::string(at[2]);
  if (at[3].data() != nullptr && at[3] != "unknown id") used.pci = std::string(at[3]);
  used.free = bytes_of(at[4], kMib);
  say(Fact::kDevice);
}

void Reader::found_devices(const Groups& at) {
  family_ = std::string(at[2].substr(0, 16));
  say(Fact::kDevice);
}

void Reader::listed_device(const Groups& at) {
  Device& listed = device(family_ + std::string(at[1]));
  listed.title = std::string(at[2]);
  if (at[6].data() != nullptr) listed.total = bytes_of(at[6], kMib);
  say(Fact::kDevice);
}

void Reader::listed_vulkan(const Groups& at) {
  device("Vulkan" + std::string(at[1])).title = std::string(at[2]);
  say(Fact::kDevice);
}

void Reader::no_gpu(const Groups&) {
  report_.no_gpu = true;
  say(Fact::kNoGpu);
}

void Reader::load_start(const Groups&) { ledger_.model_begins(); }

void Reader::layers(const Groups& at) {
  ledger_.layers({whole(at[1]), whole(at[2])});
  say(Fact::kLayers);
}

void Reader::buffer(const Groups& at) {
  if (at[1].starts_with('~')) return;  // a destructor's report
  const bool is_weights = at[3].empty() || at[3] == "model" || at[3] == "LoRA";
  ledger_.buffer(at[1], at[2], at[3], bytes_of(at[4], kMib));
  say(is_weights ? Fact::kBuffer : Fact::kMemory);
}

// Before there was a line for each buffer.
void Reader::total_old(const Groups& at) {
  first_device().holds.weights = bytes_of(at[1], kMib);
  say(Fact::kBuffer);
}

// These restate what the buffers have said, and add the types.
void Reader::pool(const Groups& at) {
  if (report_.pools.size() < kMostPools) {
    report_.pools.push_back(
        {bytes_of(at[2], kMib), whole(at[3]), whole(at[4]), std::string(at[6]), std::string(at[8])});
  }
  say(Fact::kMemory);
}

void Reader::pool_old(const Groups& at) {
  if (report_.pools.size() < kMostPools) {
    report_.pools.push_back({bytes_of(at[1], kMib), 0, 0, std::string(at[2]), std::string(at[4])});
  }
  say(Fact::kMemory);
}

void Reader::state_summary(const Groups&) { say(Fact::kMemory); }

void Reader::override_to(const Groups& at) {
  if (!at[3].starts_with("CPU")) return;
  ++report_.overrides;
  say(Fact::kOverride);
}

void Reader::context(const Groups& at) {
  ledger_.context(whole(at[1]));
  say(Fact::kContext);
}

void Reader::loaded(const Groups&) { report_.is_loaded = true; }

void Reader::projector(const Groups& at) {
  ledger_.projector_begins();
  if (!report_.projector) report_.projector.emplace();
  report_.projector->device = std::string(at[1].substr(0, 64));
  say(Fact::kExtra);
}

void Reader::projector_guess(const Groups& at) {
  if (!report_.projector) report_.projector.emplace();
  report_.projector->estimated = bytes_of(at[1], kMib);
  say(Fact::kExtra);
}

void Reader::draft_guess(const Groups& at) {
  report_.draft_estimated = bytes_of(at[1], kMib);
  say(Fact::kExtra);
}

// Printed at the end, and by probes that have allocated nothing: those are told by what they cannot account.
void Reader::breakdown(const Groups& at) {
  const double unaccounted = decimal(at[8]);
  if (!report_.is_loaded || unaccounted < 0 || unaccounted >= decimal(at[2])) return;
  const std::string_view name = at[1].substr(0, at[1].find(' '));
  device(name).total = bytes_of(at[2], kMib);
}

void Reader::context_cut(const Groups& at) {
  report_.context_before_cut = std::max(report_.context_before_cut.value_or(0), whole(at[1]));
  say(Fact::kContextCut);
}

void Reader::overflow(const Groups& at) {
  if (whole(at[4]) == 0) return;
  report_.overflowing = sum(report_.overflowing, whole(at[4]));
  say(Fact::kOverflow);
}

void Reader::fit_failed(const Groups& at) {
  report_.fit_failed = as_printed(at[1]);
  say(Fact::kFitFailed);
}

void Reader::build(const Groups& at) {
  if (report_.build.empty()) report_.build = std::string(at[1]);
}
void Reader::file_size(const Groups& at) { ledger_.file_size(bytes_of(at[1], unit_of(at[2]))); }
void Reader::vocabulary(const Groups& at) { ledger_.vocabulary(whole(at[1])); }
void Reader::width(const Groups& at) { ledger_.width(whole(at[1])); }
void Reader::architecture(const Groups& at) { ledger_.architecture(at[1]); }

void Reader::prompt_cache(const Groups& at) {
  report_.prompt_cache = bytes_of(at[2], kMib);
  if (!at[3].empty()) report_.prompt_cache_limit = bytes_of(at[3], kMib);
}

void Reader::prompt_cache_limit(const Groups& at) { report_.prompt_cache_limit = bytes_of(at[1], kMib); }

void Reader::unread(const Groups& at) { report_.unread = sum(report_.unread, whole(at[1])); }

void Reader::retried(const Groups&) {
  ledger_.reserve_again();
  say(Fact::kWarning);
}

void Reader::warned(const Groups&) { say(Fact::kWarning); }
void Reader::memory_fact(const Groups&) { say(Fact::kMemory); }

void Reader::oom_cuda(const Groups& at) {
  const bool is_hip = at[0].find("hipMalloc") != std::string_view::npos;
  shortage((is_hip ? "ROCm" : "CUDA") + std::string(at[2].substr(0, 8)), bytes_of(at[1], kMib));
}

void Reader::oom_buffer(const Groups& at) { shortage(at[1], whole(at[2])); }
void Reader::oom_named(const Groups& at) { shortage(at[1], std::nullopt); }
void Reader::oom_sized(const Groups& at) {
  shortage({}, at[1].data() == nullptr ? std::nullopt : std::optional<Bytes>(whole(at[1])));
}
void Reader::oom(const Groups&) { shortage({}, std::nullopt); }

void Reader::load_failed(const Groups&) { say(Fact::kLoadFailed); }

}  // namespace paddock::fit
