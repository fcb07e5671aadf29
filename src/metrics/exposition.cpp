#include "paddock/metrics/exposition.h"

#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <utility>

namespace paddock::metrics {

namespace {

using Label = std::pair<std::string_view, std::string_view>;
using Labels = std::initializer_list<Label>;
using Reasons = std::map<std::string, std::uint64_t>;

constexpr const char* kStates[] = {"stopped", "starting", "ready", "stopping"};

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  std::array<char, 40> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? std::string(text.data(), end) : "NaN";
}

// Families in their order, each with its samples behind it.
class Page {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    text_.append(name).append(" ").append(type).append("\n");
  }
  void sample(Labels labels, double value, std::string_view suffix = {}) {
    text_.append(name_).append(suffix);
    char before = '{';
    for (const auto& [name, text] : labels) {
      text_ += before;
      text_.append(name).append("=\"").append(label_value(text)).append("\"");
      before = ',';
    }
    text_.append(before == ',' ? "} " : " ").append(number(value)).append("\n");
  }
  void sample(Labels labels, const std::optional<double>& value) {
    if (value) sample(labels, *value);
  }
  void histogram(std::string_view model, const Histogram& histogram) {
    double sum = 0;
    for (std::size_t i = 0; i < histogram.bounds().size(); ++i) {
      sum += static_cast<double>(histogram.at(i));
      sample({{"model", model}, {"le", number(histogram.bounds()[i])}}, sum, "_bucket");
    }
    const auto count = static_cast<double>(histogram.count());
    sample({{"model", model}, {"le", "+Inf"}}, count, "_bucket");
    sample({{"model", model}}, histogram.sum(), "_sum");
    sample({{"model", model}}, count, "_count");
  }
  std::string text() { return std::move(text_); }

 private:
  std::string_view name_;
  std::string text_;
};

struct HistogramFamily {
  const char* name;
  Histogram ModelCounts::*member;
  const char* help;
};

constexpr HistogramFamily kHistograms[] = {
    {"paddock_queue_wait_seconds", &ModelCounts::queue_seconds,
     "Waits for a place on the model, without its loading."},
    {"paddock_load_wait_seconds", &ModelCounts::load_wait_seconds, "Waits while the model was loading."},
    {"paddock_time_to_first_token_seconds", &ModelCounts::ttft_seconds,
     "From the place on the model to the first byte of the answer's body."},
    {"paddock_request_duration_seconds", &ModelCounts::duration_seconds, "Whole requests, waits included."},
    {"paddock_prompt_tokens_per_second", &ModelCounts::prompt_rate,
     "Speed of reading the prompt, as the server told it."},
    {"paddock_generated_tokens_per_second", &ModelCounts::generation_rate,
     "Speed of generation, as the server told it."},
    {"paddock_model_load_seconds", &ModelCounts::load_seconds, "Launches that became ready: their loading."},
};

struct ReasonFamily {
  const char* name;
  const char* label;
  Reasons ModelCounts::*member;
  const char* help;
};

constexpr ReasonFamily kReasons[] = {
    {"paddock_request_errors_total", "code", &ModelCounts::errors,
     "Requests that ended with an error, by its code."},
    {"paddock_model_starts_total", "reason", &ModelCounts::starts, "Launches, by what they were for."},
    {"paddock_swaps_total", "reason", &ModelCounts::swaps, "Launches for which other models had to go."},
    {"paddock_model_stops_total", "reason", &ModelCounts::stops, "Stops that were ordered, by their reason."},
    {"paddock_model_failed_starts_total", "class", &ModelCounts::failed_starts,
     "Launches that never became ready, by failure class."},
    {"paddock_model_crashes_total", "class", &ModelCounts::crashes,
     "Ends of ready models that nobody ordered, by failure class."},
};

void add_counts(Page& page, const Counters::PerModel& counts) {
  page.family("paddock_requests_total", "counter", "Requests for models that have ended.");
  for (const auto& [model, one] : counts) page.sample({{"model", model}}, static_cast<double>(one.requests));
  page.family("paddock_tokens_total", "counter", "Tokens, as the servers counted them.");
  for (const auto& [model, one] : counts) {
    page.sample({{"model", model}, {"kind", "input"}}, static_cast<double>(one.input_tokens));
    page.sample({{"model", model}, {"kind", "output"}}, static_cast<double>(one.output_tokens));
    page.sample({{"model", model}, {"kind", "cached"}}, static_cast<double>(one.cached_tokens));
    page.sample({{"model", model}, {"kind", "draft"}}, static_cast<double>(one.draft_tokens));
    page.sample({{"model", model}, {"kind", "draft_accepted"}}, static_cast<double>(one.draft_accepted));
  }
  page.family("paddock_answer_bytes_total", "counter", "Bytes of answers' bodies, as the servers sent them.");
  for (const auto& [model, one] : counts)
    page.sample({{"model", model}}, static_cast<double>(one.answer_bytes));
  for (const ReasonFamily& family : kReasons) {
    page.family(family.name, "counter", family.help);
    for (const auto& [model, one] : counts) {
      for (const auto& [reason, count] : one.*family.member)
        page.sample({{"model", model}, {family.label, reason}}, static_cast<double>(count));
    }
  }
  page.family("paddock_evictions_total", "counter",
              "Stops that paddock decided: for another model, or for idleness.");
  for (const auto& [model, one] : counts) {
    for (const char* reason : {"idle", "swap"}) {
      const auto found = one.stops.find(reason);
      const std::uint64_t count = found == one.stops.end() ? 0 : found->second;
      page.sample({{"model", model}, {"reason", reason}}, static_cast<double>(count));
    }
  }
  for (const HistogramFamily& family : kHistograms) {
    page.family(family.name, "histogram", family.help);
    for (const auto& [model, one] : counts) {
      if ((one.*family.member).count() > 0) page.histogram(model, one.*family.member);
    }
  }
}

void add_models(Page& page, const std::vector<ModelNow>& models) {
  page.family("paddock_model_state", "gauge", "1 for the state that the model is in.");
  for (const ModelNow& model : models) {
    for (const std::string_view state : kStates)
      page.sample({{"model", model.id}, {"state", state}}, model.state == state ? 1 : 0);
  }
  page.family("paddock_requests_in_flight", "gauge", "Requests that are being served now.");
  for (const ModelNow& model : models) {
    page.sample({{"model", model.id}, {"phase", "waiting"}}, model.waiting);
    page.sample({{"model", model.id}, {"phase", "sending"}}, model.sending);
    page.sample({{"model", model.id}, {"phase", "answering"}}, model.answering);
  }
}

struct GpuFamily {
  const char* ours;
  const char* llama_swap;
  std::optional<double> GpuNow::*member;
  const char* help;
};

constexpr GpuFamily kGpuFamilies[] = {
    {"paddock_gpu_memory_used_bytes", "llamaswap_gpu_memory_used_bytes", &GpuNow::used_bytes,
     "Memory of the card that is in use, by whomever."},
    {"paddock_gpu_memory_total_bytes", "llamaswap_gpu_memory_total_bytes", &GpuNow::total_bytes,
     "Memory of the card."},
    {"paddock_gpu_utilisation_percent", "llamaswap_gpu_util_percent", &GpuNow::utilisation_percent,
     "How busy the card is."},
    {"paddock_gpu_temperature_celsius", "llamaswap_gpu_temperature_celsius", &GpuNow::temperature_celsius,
     "Temperature of the card."},
    {"paddock_gpu_power_watts", "llamaswap_gpu_power_draw_watts", &GpuNow::power_watts,
     "Power that the card draws."},
    {"paddock_gpu_memory_temperature_celsius", "llamaswap_gpu_vram_temperature_celsius",
     &GpuNow::memory_temperature_celsius, "Temperature of the card's memory."},
    {"paddock_gpu_fan_percent", "llamaswap_gpu_fan_speed_percent", &GpuNow::fan_percent,
     "Speed of the card's fan."},
};

void add_gpu(Page& page, const GpuNow& gpu, const std::optional<double>& value) {
  if (gpu.uuid.empty()) return page.sample({{"id", gpu.id}, {"name", gpu.name}}, value);
  page.sample({{"id", gpu.id}, {"name", gpu.name}, {"uuid", gpu.uuid}}, value);
}

void add_gpus(Page& page, const std::vector<GpuNow>& gpus) {
  for (const GpuFamily& family : kGpuFamilies) {
    for (const char* name : {family.ours, family.llama_swap}) {
      page.family(name, "gauge", family.help);
      for (const GpuNow& gpu : gpus) add_gpu(page, gpu, gpu.*family.member);
    }
  }
  page.family("llamaswap_gpu_memory_util_percent", "gauge", "Share of the card's memory that is in use.");
  for (const GpuNow& gpu : gpus) {
    if (gpu.used_bytes && gpu.total_bytes.value_or(0) > 0)
      add_gpu(page, gpu, *gpu.used_bytes * 100 / *gpu.total_bytes);
  }
  page.family("paddock_vram_bytes", "gauge", "Memory of a card that a model holds.");
  for (const GpuNow& gpu : gpus) {
    for (const GpuNow::Holder& holder : gpu.models)
      page.sample({{"model", holder.model}, {"id", gpu.id}, {"name", gpu.name}, {"uuid", gpu.uuid}},
                  holder.bytes);
  }
}

void add_machine(Page& page, const MachineNow& machine) {
  page.family("llamaswap_cpu_util_percent", "gauge", "How busy the core was since the look before.");
  for (std::size_t i = 0; i < machine.core_percent.size(); ++i)
    page.sample({{"core", std::to_string(i)}}, machine.core_percent[i]);
  const auto gauge = [&page](const char* name, const char* help, const std::optional<double>& value) {
    page.family(name, "gauge", help);
    page.sample({}, value);
  };
  gauge("llamaswap_memory_total_bytes", "RAM of the machine.", machine.memory_total);
  gauge("llamaswap_memory_used_bytes", "RAM that is in use.", machine.memory_used);
  gauge("llamaswap_memory_free_bytes", "RAM that is free.", machine.memory_free);
  gauge("llamaswap_swap_total_bytes", "Swap space of the machine.", machine.swap_total);
  gauge("llamaswap_swap_used_bytes", "Swap space that is in use.", machine.swap_used);
  page.family("llamaswap_load_average", "gauge", "Processes that run or want to.");
  page.sample({{"interval", "1m"}}, machine.load_1);
  page.sample({{"interval", "5m"}}, machine.load_5);
  page.sample({{"interval", "15m"}}, machine.load_15);
  if (machine.interfaces.empty()) return;
  page.family("llamaswap_network_bytes_total", "counter", "Bytes over a network interface.");
  for (const MachineNow::Interface& one : machine.interfaces) {
    page.sample({{"interface", one.name}, {"direction", "recv"}}, one.received);
    page.sample({{"interface", one.name}, {"direction", "sent"}}, one.sent);
  }
}

}  // namespace

std::string label_value(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

std::string exposition(const Snapshot& snapshot) {
  Page page;
  page.family("paddock_build_info", "gauge", "1, with the build in its labels.");
  page.sample({{"version", snapshot.version}, {"commit", snapshot.commit}}, 1);
  add_models(page, snapshot.models);
  add_counts(page, snapshot.counts);
  page.family("paddock_activity_rows_dropped_total", "counter",
              "Requests that the activity list lost because its store was too slow.");
  page.sample({}, static_cast<double>(snapshot.rows_dropped));
  add_gpus(page, snapshot.gpus);
  add_machine(page, snapshot.machine);
  return page.text();
}

}  // namespace paddock::metrics
