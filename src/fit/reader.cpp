#include "reader.h"

#include <algorithm>
#include <utility>

#include "number.h"

namespace paddock::fit {

namespace {

constexpr std::size_t kMostOfAFact = 16;
constexpr std::size_t kMostDevices = 64;

}  // namespace

struct Reader::Rule {
  std::size_t row;
  void (Reader::*read)(const Groups&);
  Engine engine = Engine::kLlama;
};

// A line may say several things: "error loading model: unable to allocate CUDA0 buffer".
const std::vector<Reader::Rule>& Reader::rules() {
  using R = Reader;
  using enum Engine;
  static const auto& rules = *new const std::vector<Rule>({
      {row_of("dev_used"), &R::used_device},
      {row_of("cuda_found"), &R::found_devices},
      {row_of("cuda_dev"), &R::listed_device},
      {row_of("vk_dev"), &R::listed_vulkan},
      {row_of("no_gpu"), &R::no_gpu},
      {row_of("load_start"), &R::load_start},
      {row_of("layers"), &R::layers},
      {row_of("buf"), &R::buffer},
      {row_of("buf_total_old"), &R::total_old},
      {row_of("kv_summary"), &R::pool},
      {row_of("kv_self"), &R::pool_old},
      {row_of("rs_summary"), &R::state_summary},
      {row_of("swa_pool"), &R::memory_fact},
      {row_of("tensor_override"), &R::override_to},
      {row_of("overrides_warn"), &R::warned},
      {row_of("n_ctx"), &R::context},
      {row_of("loaded"), &R::loaded},
      {row_of("clip_backend"), &R::projector},
      {row_of("mmproj_est"), &R::projector_guess},
      {row_of("mtp_est"), &R::draft_guess},
      {row_of("bd_dev"), &R::breakdown},
      {row_of("bd_dev_old"), &R::breakdown},
      {row_of("fit_ctx"), &R::context_cut},
      {row_of("fit_dev_layers"), &R::overflow},
      {row_of("fit_fail"), &R::fit_failed},
      {row_of("fit_nomem"), &R::warned},
      {row_of("file_size"), &R::file_size},
      {row_of("build"), &R::build},
      {row_of("vocabulary"), &R::vocabulary},
      {row_of("width"), &R::width},
      {row_of("architecture"), &R::architecture},
      {row_of("cache_state"), &R::prompt_cache},
      {row_of("cache_limit"), &R::prompt_cache_limit},
      {row_of("unread"), &R::unread},
      {row_of("warn_pp_retry"), &R::retried},
      {row_of("warn_pinned"), &R::warned},
      {row_of("oom_cuda"), &R::oom_cuda},
      {row_of("oom_buf"), &R::oom_buffer},
      {row_of("oom_model"), &R::oom_named},
      {row_of("oom_compute"), &R::oom},
      {row_of("oom_kv"), &R::oom},
      {row_of("oom_runtime"), &R::oom},
      {row_of("oom_vk"), &R::oom_sized},
      {row_of("oom_metal"), &R::oom},
      {row_of("load_failed"), &R::load_failed},
      {row_of("sd_total"), &R::diffusion_total, kDiffusion},
      {row_of("sd_buf"), &R::diffusion_part, kDiffusion},
      {row_of("sd_compute"), &R::diffusion_compute, kDiffusion},
      {row_of("sd_plan_dev"), &R::diffusion_plan, kDiffusion},
      {row_of("sd_plan_part"), &R::memory_fact, kDiffusion},
      {row_of("sd_nogpu"), &R::no_gpu, kDiffusion},
      {row_of("sd_vae_oom"), &R::oom, kDiffusion},
      {row_of("sd_oom"), &R::oom, kDiffusion},
      {row_of("wh_model"), &R::whisper_model, kWhisper},
      {row_of("wh_model_old"), &R::whisper_model, kWhisper},
      {row_of("wh_backend"), &R::whisper_backend, kWhisper},
      {row_of("wh_nogpu"), &R::no_gpu, kWhisper},
      {row_of("wh_kv"), &R::whisper_kv, kWhisper},
      {row_of("wh_compute"), &R::whisper_compute, kWhisper},
      {row_of("vllm_weights"), &R::vllm_weights, kVllm},
      {row_of("vllm_kv"), &R::vllm_kv, kVllm},
      {row_of("vllm_conc"), &R::vllm_concurrency, kVllm},
      {row_of("vllm_kv_tokens"), &R::vllm_fact, kVllm},
      {row_of("vllm_blocks"), &R::vllm_fact, kVllm},
      {row_of("vllm_nokv"), &R::oom, kVllm},
      {row_of("torch_oom"), &R::torch_oom, kVllm},
  });
  return rules;
}

void Reader::take(std::string_view raw) {
  raw_ = raw;
  line_ = normalised(raw);
  if (line_.is_debug || line_.text.empty()) return;
  for (const Rule& rule : rules()) {
    const Groups groups = match(rule.row, line_.text);
    if (groups.empty()) continue;
    if (report_.engine == Engine::kLlama) report_.engine = rule.engine;
    (this->*rule.read)(groups);
  }
}

Report Reader::finish() {
  ledger_.finish(report_);
  finish_diffusion();
  return std::move(report_);
}

void Reader::say(Fact fact) {
  const auto count = std::count_if(report_.said.begin(), report_.said.end(),
                                   [&](const Said& said) { return said.fact == fact; });
  if (static_cast<std::size_t>(count) < kMostOfAFact) report_.said.push_back({fact, as_printed(raw_)});
}

Device& Reader::device(std::string_view name) {
  const std::string key(name.substr(0, 64));
  for (Device& known : report_.devices) {
    if (known.name == key) return known;
  }
  if (report_.devices.size() >= kMostDevices) return report_.devices.back();
  return report_.devices.emplace_back(Device{key});
}

Device& Reader::first_device() { return report_.devices.empty() ? device("GPU") : report_.devices.front(); }

void Reader::shortage(std::string_view name, std::optional<Bytes> wanted) {
  say(Fact::kOutOfMemory);
  if (report_.shortages.size() < kMostOfAFact) {
    report_.shortages.push_back({std::string(name.substr(0, 64)), wanted});
  }
}

Bytes Amounts::total() const { return sum(sum(sum(weights, kv), sum(state, compute)), sum(output, other)); }

void Amounts::add(const Amounts& more) {
  for (const auto member : {&Amounts::weights, &Amounts::kv, &Amounts::state, &Amounts::compute,
                            &Amounts::output, &Amounts::other}) {
    this->*member = sum(this->*member, more.*member);
  }
}

const Device* Report::device(std::string_view name) const {
  const auto found =
      std::find_if(devices.begin(), devices.end(), [&](const Device& known) { return known.name == name; });
  return found == devices.end() ? nullptr : &*found;
}

bool Report::has_weights() const {
  return ram.weights > 0 || std::any_of(devices.begin(), devices.end(),
                                        [](const Device& known) { return known.holds.weights > 0; });
}

Report read(std::string_view load_report) {
  Reader reader;
  while (!load_report.empty()) {
    const std::size_t end = load_report.find_first_of("\r\n");
    reader.take(load_report.substr(0, end));
    load_report.remove_prefix(end == std::string_view::npos ? load_report.size() : end + 1);
  }
  return reader.finish();
}

}  // namespace paddock::fit
