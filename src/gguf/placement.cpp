#include "placement.h"

#include <algorithm>

#include "paddock/base/words.h"

namespace paddock::gguf {

namespace {

constexpr std::string_view kBlock = "blk.";

bool takes_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// ffn_up_exps, ffn_gate_up_exps, ffn_down_chexps, ... behind `blk.N.`
bool is_expert(std::string_view tensor) {
  const std::size_t at = tensor.find(".ffn_");
  if (at == std::string_view::npos) return false;
  tensor.remove_prefix(at + 5);
  if (!takes_prefix(tensor, "gate_up_") && !takes_prefix(tensor, "gate_") && !takes_prefix(tensor, "up_") &&
      !takes_prefix(tensor, "down_")) {
    return false;
  }
  return tensor.starts_with("exps") || tensor.starts_with("chexps");
}

// `CUDA1` and its like; `CPU`, `CUDA_Host` and what is unknown are RAM.
std::optional<std::size_t> buffer_number(std::string_view name) {
  const std::size_t digits = name.find_last_not_of("0123456789");
  if (name.starts_with("CPU") || digits == std::string_view::npos || digits + 1 == name.size())
    return std::nullopt;
  return whole_number<std::size_t>(name.substr(digits + 1));
}

}  // namespace

std::optional<std::uint64_t> layer_of(std::string_view tensor) {
  const std::size_t at = tensor.find(kBlock);
  // `enc.blk.` of models with two halves, too.
  if (at == std::string_view::npos || (at != 0 && tensor[at - 1] != '.')) return std::nullopt;
  tensor.remove_prefix(at + kBlock.size());
  return whole_number<std::uint64_t>(tensor.substr(0, tensor.find('.')));
}

Placement::Placement(const LoadOptions& options, const std::vector<Device>& devices, std::uint64_t layers,
                     std::optional<std::uint64_t> asked)
    : layers_(layers),
      rule_(options.layer_rule),
      expert_layers_in_ram_(options.expert_layers_in_ram),
      is_spread_(options.split == Split::kRow || options.split == Split::kTensor),
      device_count_(devices.size()) {
  choose(options, devices);
  if (!active_.empty()) on_devices_ = std::min(asked.value_or(layers), layers);
  share_out(options, devices);
  for (const auto& [text, buffer] : options.overrides) {
    auto pattern = Pattern::compile(text);
    if (!pattern) continue;
    const auto number = buffer_number(buffer);
    overrides_.emplace_back(std::move(*pattern),
                            number && *number < devices.size() ? Where(*number) : Where());
  }
}

void Placement::choose(const LoadOptions& options, const std::vector<Device>& devices) {
  if (options.no_devices) return;
  for (const int number : options.devices) {
    const auto index = static_cast<std::size_t>(number);
    const bool is_new = std::find(active_.begin(), active_.end(), index) == active_.end();
    if (index < devices.size() && is_new) active_.push_back(index);
  }
  for (std::size_t i = 0; options.devices.empty() && i < devices.size(); ++i) active_.push_back(i);
  if (options.split == Split::kNone && !active_.empty()) {
    active_ = {active_[std::min<std::uint64_t>(options.main_device, active_.size() - 1)]};
  }
}

void Placement::share_out(const LoadOptions& options, const std::vector<Device>& devices) {
  std::vector<double> parts;
  double sum = 0;
  for (std::size_t i = 0; i < active_.size(); ++i) {
    parts.push_back(i < options.shares.size() ? options.shares[i] : 0);
    sum += parts.back();
  }
  for (std::size_t i = 0; sum <= 0 && i < active_.size(); ++i)
    parts[i] = static_cast<double>(devices[active_[i]].free);
  sum = 0;
  for (const double part : parts) sum += part;
  double end = 0;
  for (const double part : parts) {
    end += sum > 0 ? part / sum : 1.0 / static_cast<double>(parts.size());
    ends_.push_back(end);
  }
}

Where Placement::main_device() const { return active_.empty() ? Where() : Where(active_.front()); }

// The last ones go to devices: what is closest to the output first, or the output itself last.
bool Placement::is_on_device(std::uint64_t number) const {
  if (rule_ == LayerRule::kOutputFirst || on_devices_ == layers_) return number >= layers_ - on_devices_;
  return number + 1 < layers_ && number >= layers_ - 1 - on_devices_;
}

Where Placement::layer(std::uint64_t number) const {
  if (on_devices_ == 0 || !is_on_device(number)) return std::nullopt;
  const bool is_short = rule_ == LayerRule::kOutputLast && on_devices_ < layers_;
  const std::uint64_t first = layers_ - on_devices_ - (is_short ? 1 : 0);
  const double at = static_cast<double>(number - first) / static_cast<double>(on_devices_);
  const auto end = std::upper_bound(ends_.begin(), ends_.end(), at);
  return active_[std::min<std::size_t>(static_cast<std::size_t>(end - ends_.begin()), active_.size() - 1)];
}

std::optional<Where> Placement::exception(std::string_view tensor) const {
  for (const auto& [pattern, where] : overrides_) {
    if (pattern.found_in(tensor)) return where;
  }
  const auto number = layer_of(tensor);
  if (number && *number < expert_layers_in_ram_ && is_expert(tensor)) return Where();
  return std::nullopt;
}

std::vector<double> Placement::spread() const {
  if (!is_spread_ || active_.empty()) return {};
  std::vector<double> out(device_count_, 0);
  for (std::size_t i = 0; i < active_.size(); ++i) out[active_[i]] = ends_[i] - (i == 0 ? 0 : ends_[i - 1]);
  return out;
}

}  // namespace paddock::gguf
