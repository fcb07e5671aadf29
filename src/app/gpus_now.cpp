#include "gpus_now.h"

namespace paddock::app {

std::vector<metrics::GpuNow> gpus_now(const vram::Snapshot& snapshot) {
  std::vector<metrics::GpuNow> out;
  for (const vram::Card& card : snapshot.cards) {
    metrics::GpuNow now;
    now.id = std::to_string(card.device.index);
    now.name = card.device.name;
    now.uuid = card.device.uuid;
    now.used_bytes = static_cast<double>(card.device.used);
    now.total_bytes = static_cast<double>(card.device.total);
    now.utilisation_percent = card.device.util;
    now.temperature_celsius = card.device.temp;
    now.power_watts = card.device.power;
    now.memory_temperature_celsius = card.device.memory_temp;
    now.fan_percent = card.device.fan;
    for (const vram::Holder& holder : card.models) {
      now.models.push_back({holder.model.str(), static_cast<double>(holder.bytes)});
    }
    out.push_back(std::move(now));
  }
  return out;
}

}  // namespace paddock::app
