// Reader takes the lines of a load report in their order and keeps what they say. One table says who reads
// which line of the catalogue; to read another one: a row there and a function here.
#pragma once

#include <string>
#include <string_view>

#include "catalogue.h"
#include "ledger.h"
#include "line.h"
#include "paddock/fit/report.h"

namespace paddock::fit {

class Reader {
 public:
  void take(std::string_view raw);
  Report finish();

 private:
  struct Rule;
  static const std::vector<Rule>& rules();

  Device& device(std::string_view name);
  // Of engines that say which memory, but not which card.
  Device& first_device();
  void say(Fact fact);
  void shortage(std::string_view device, std::optional<Bytes> wanted);

  // llama.cpp (reader_llama.cpp)
  void used_device(const Groups& at);
  void found_devices(const Groups& at);
  void listed_device(const Groups& at);
  void listed_vulkan(const Groups& at);
  void no_gpu(const Groups& at);
  void load_start(const Groups& at);
  void layers(const Groups& at);
  void buffer(const Groups& at);
  void total_old(const Groups& at);
  void pool(const Groups& at);
  void pool_old(const Groups& at);
  void state_summary(const Groups& at);
  void override_to(const Groups& at);
  void context(const Groups& at);
  void loaded(const Groups& at);
  void projector(const Groups& at);
  void projector_guess(const Groups& at);
  void draft_guess(const Groups& at);
  void breakdown(const Groups& at);
  void context_cut(const Groups& at);
  void overflow(const Groups& at);
  void fit_failed(const Groups& at);
  void file_size(const Groups& at);
  void build(const Groups& at);
  void vocabulary(const Groups& at);
  void width(const Groups& at);
  void architecture(const Groups& at);
  void prompt_cache(const Groups& at);
  void prompt_cache_limit(const Groups& at);
  void unread(const Groups& at);
  void retried(const Groups& at);
  void warned(const Groups& at);
  void device_fact(const Groups& at);
  void memory_fact(const Groups& at);
  void oom_cuda(const Groups& at);
  void oom_buffer(const Groups& at);
  void oom_named(const Groups& at);
  void oom_sized(const Groups& at);
  void oom(const Groups& at);
  void load_failed(const Groups& at);

  // The others (reader_others.cpp)
  void whisper_model(const Groups& at);
  void whisper_backend(const Groups& at);
  void whisper_kv(const Groups& at);
  void whisper_compute(const Groups& at);
  void diffusion_total(const Groups& at);
  void diffusion_part(const Groups& at);
  void diffusion_compute(const Groups& at);
  void diffusion_plan(const Groups& at);
  void vllm_weights(const Groups& at);
  void vllm_kv(const Groups& at);
  void vllm_concurrency(const Groups& at);
  void vllm_fact(const Groups& at);
  void torch_oom(const Groups& at);
  Amounts& whisper_place();
  Device& vllm_device();
  void finish_diffusion();

  Report report_;
  Ledger ledger_;
  std::string_view raw_;
  Line line_;
  std::string family_ = "CUDA";  // of the cards that are listed
  std::string whisper_backend_;
  bool has_diffusion_total_ = false;
  Bytes diffusion_vram_ = 0, diffusion_ram_ = 0, diffusion_vram_peak_ = 0, diffusion_ram_peak_ = 0;
};

}  // namespace paddock::fit
