// What whisper.cpp, stable-diffusion.cpp and vLLM print.
#include <algorithm>

#include "number.h"
#include "reader.h"

namespace paddock::fit {

namespace {

// "Worker_TP1 pid=205" is rank 1; who is alone says none.
std::string rank_of(std::string_view who) {
  const std::size_t at = who.find("TP");
  if (at == std::string_view::npos) return "0";
  const std::string_view digits = who.substr(at + 2, who.find_first_not_of("0123456789", at + 2) - at - 2);
  return std::to_string(std::min<std::uint64_t>(whole(digits), 63));
}

}  // namespace

void Reader::whisper_model(const Groups& at) {
  const Where where = where_is(at[1]);
  Amounts& amounts = where.place == Place::kRam ? report_.ram : device(where.device).holds;
  amounts.weights = sum(amounts.weights, bytes_of(at[2], kMegabyte));
  if (whisper_backend_.empty()) whisper_backend_ = std::string(at[1].substr(0, 64));
  say(Fact::kBuffer);
}

void Reader::whisper_backend(const Groups& at) {
  if (where_is(at[1]).place == Place::kRam) return;  // BLAS helps the CPU
  whisper_backend_ = std::string(at[1].substr(0, 64));
  say(Fact::kDevice);
}

Amounts& Reader::whisper_place() {
  const Where where = where_is(whisper_backend_.empty() ? "CPU" : whisper_backend_);
  return where.place == Place::kRam ? report_.ram : device(where.device).holds;
}

void Reader::whisper_kv(const Groups& at) {
  Bytes& kv = whisper_place().kv;
  kv = sum(kv, bytes_of(at[2], kMegabyte));
  say(Fact::kMemory);
}

void Reader::whisper_compute(const Groups& at) {
  Bytes& compute = whisper_place().compute;
  compute = sum(compute, bytes_of(at[2], kMegabyte));
  say(Fact::kMemory);
}

// Its MB are MiB. The total comes after the parts, and again when a part was loaded late.
void Reader::diffusion_total(const Groups& at) {
  has_diffusion_total_ = true;
  diffusion_vram_ = bytes_of(at[2], kMib);
  diffusion_ram_ = bytes_of(at[3], kMib);
  say(Fact::kBuffer);
}

void Reader::diffusion_part(const Groups& at) {
  if (!has_diffusion_total_) {
    Bytes& weights = at[3] == "VRAM" ? diffusion_vram_ : diffusion_ram_;
    weights = sum(weights, bytes_of(at[2], kMib));
  }
  say(Fact::kBuffer);
}

// Its phases run one after the other.
void Reader::diffusion_compute(const Groups& at) {
  Bytes& peak = at[3] == "VRAM" ? diffusion_vram_peak_ : diffusion_ram_peak_;
  peak = std::max(peak, bytes_of(at[2], kMib));
  say(Fact::kMemory);
}

void Reader::diffusion_plan(const Groups& at) {
  Device& planned = device(at[1]);
  planned.title = std::string(at[2]);
  planned.free = bytes_of(at[3], kMib);
  say(Fact::kDevice);
}

void Reader::finish_diffusion() {
  report_.ram.add({.weights = diffusion_ram_, .compute = diffusion_ram_peak_});
  if (diffusion_vram_ + diffusion_vram_peak_ == 0) return;
  first_device().holds.add({.weights = diffusion_vram_, .compute = diffusion_vram_peak_});
}

Device& Reader::vllm_device() { return device("GPU" + rank_of(line_.rank)); }

// Its GB are GiB, too, in the builds that print them.
void Reader::vllm_weights(const Groups& at) {
  vllm_device().holds.weights = bytes_of(at[1], kGib);
  say(Fact::kBuffer);
}

void Reader::vllm_kv(const Groups& at) {
  const double gib = decimal(at[1]);
  vllm_device().holds.kv = bytes_of(at[1], kGib);
  report_.vllm.kv_gib = std::min(report_.vllm.kv_gib.value_or(gib), gib);
  say(Fact::kMemory);
  if (gib <= 0) shortage({}, std::nullopt);
}

void Reader::vllm_concurrency(const Groups& at) {
  std::string tokens(at[1].substr(0, 32));
  std::erase(tokens, ',');
  report_.vllm.request_tokens = whole(tokens);
  report_.vllm.concurrency = decimal(at[2]);
  say(Fact::kContext);
}

void Reader::vllm_fact(const Groups&) { say(Fact::kMemory); }

void Reader::torch_oom(const Groups& at) {
  shortage("GPU" + std::string(at[3].substr(0, 8)), bytes_of(at[1], unit_of(at[2])));
}

}  // namespace paddock::fit
