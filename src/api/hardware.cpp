// GET /api/hardware, as llama-swap answers it. What is not known is null.
#include "paddock/machine/hardware.h"

#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "gpus_view.h"
#include "paddock/base/wall_time.h"
#include "paddock/vram/cards.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }
Json or_null(int number) { return number > 0 ? Json(number) : Json(); }

const char* architecture_name(const std::string& machine) {
  if (machine == "x86_64") return "x86_64";
  if (machine == "aarch64") return "arm64";
  if (machine == "armv7l") return "armv7";
  if (machine == "ppc64le") return "ppc64le";
  if (machine == "riscv64") return "riscv64";
  return machine == "s390x" ? "s390x" : "other";
}

Json vendor(const gpu::Device& device) {
  if (device.vendor == "nvidia") return "NVIDIA";
  if (device.vendor == "amd") return "AMD";
  return device.vendor == "intel" ? Json("Intel") : or_null(device.vendor);
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

// Without what identifies it.
Json accelerator(const gpu::Device& device, std::size_t index) {
  Json json;
  json["index"] = index;
  json["kind"] = "gpu";
  json["vendor"] = vendor(device);
  json["model"] = or_null(device.name);
  json["architecture"] = or_null(device.architecture);
  json["memory"] = {{"kind", "dedicated"}, {"capacity_bytes", device.total}};
  json["driver"] = device.driver.empty() ? Json() : Json{{"name", device.vendor}, {"version", device.driver}};
  json["power_limit_watts"] = device.power_limit ? Json(*device.power_limit) : Json();
  return json;
}

Json about(const machine::Hardware& hardware) {
  Json json;
  json["architecture"] = {{"name", architecture_name(hardware.machine)},
                          {"raw_name", or_null(hardware.machine)}};
  json["operating_system"] = {{"family", "linux"},
                              {"name", or_null(hardware.os_name)},
                              {"version", or_null(hardware.os_version)},
                              {"kernel", or_null(hardware.kernel)}};
  json["environment"] = {{"kind", hardware.environment.empty() ? "unknown" : hardware.environment},
                         {"name", or_null(hardware.environment_name)},
                         {"version", nullptr}};
  json["cpu"] = {{"vendor", or_null(hardware.cpu.vendor)},
                 {"model", or_null(hardware.cpu.model)},
                 {"socket_count", or_null(hardware.cpu.sockets)},
                 {"physical_core_count", or_null(hardware.cpu.cores)},
                 {"logical_thread_count", or_null(hardware.cpu.threads)}};
  json["memory"] = {{"capacity_bytes", hardware.memory ? Json(*hardware.memory) : Json()}};
  return json;
}

}  // namespace

std::string accelerator_text(const gpu::Device& device, std::size_t index) {
  return accelerator(device, index).dump(-1, ' ', false, Json::error_handler_t::replace);
}

void add_hardware(http::RouteTable& routes, const Deps& deps) {
  Json head;
  head["schema_version"] = 1;
  head["captured_at"] = rfc3339(std::chrono::system_clock::now());
  head["capture"] = {{"scope", "inference_host"},
                     {"method", "detected"},
                     {"host", or_null(host_name())},
                     {"detector", {{"name", "paddock"}, {"version", deps.version}}}};
  head.update(about(machine::read_hardware()));
  const auto reply = [head, &cards = deps.cards](const http::Request&, http::Responder responder) {
    // The cards may be read for the first time later than at the start.
    cards.look([head, to = share(std::move(responder))](const vram::Picture& picture) {
      Json json = head;
      json["accelerators"] = Json::array();
      for (const vram::Card& card : picture->cards)
        json["accelerators"].push_back(accelerator(card.device, json["accelerators"].size()));
      to->reply(json_reply(json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"));
    });
  };
  routes.add({"GET", "/api/hardware", http::RouteKind::kControl, reply, http::Role::kObserve});
}

}  // namespace paddock::api
