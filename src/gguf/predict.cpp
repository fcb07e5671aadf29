#include "paddock/gguf/predict.h"

#include <algorithm>
#include <string_view>

#include "placement.h"
#include "saturating.h"
#include "shape.h"
#include "types.h"

namespace paddock::gguf {

namespace {

using Text = std::string_view;

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kCells = 256;  // caches are padded to a multiple of it
constexpr std::uint64_t kSlotsUnsaid = 4, kMostSlots = 4096;
constexpr Range kProjectorCompute = {64 * kMiB, 1024 * kMiB};
constexpr std::uint64_t kLeastHigh = 256 * kMiB;  // of a range for computing
constexpr Range kHostCompute = {4 * kMiB, 20 * kMiB};

void add(Range& sum, const Range& more) {
  sum.low = plus(sum.low, more.low);
  sum.high = plus(sum.high, more.high);
}

bool is_input(Text tensor) {
  return tensor.starts_with("token_embd") || tensor.starts_with("position_embd") ||
         tensor.starts_with("token_types") || tensor.starts_with("per_layer_token_embd");
}

// What one context of one model is given.
struct Room {
  std::uint64_t context = 0;  // in all
  std::uint64_t cells = 0;    // of one stream
  std::uint64_t streams = 1, slots = 1;
  std::uint64_t window_cells = 0;
  std::uint64_t batch = 0;  // computed at once
  bool is_unified = true;
};

struct Caches {
  Packing k, v;
  bool on_devices = true;
};

Room room_for(const Shape& shape, const LoadOptions& options, std::uint64_t context, std::uint64_t slots,
              bool unified) {
  Room room;
  room.slots = slots;
  room.is_unified = unified;
  room.streams = unified ? 1 : slots;
  room.cells = padded(std::max<std::uint64_t>(context / room.streams, 1), kCells);
  room.context = times(room.cells, room.streams);
  room.batch = std::min({options.micro_batch, options.batch, std::max<std::uint64_t>(room.context, 1)});
  const std::uint64_t seen = plus(times(shape.window, unified ? slots : 1), room.batch);
  room.window_cells = options.full_windows ? room.cells : std::min(room.cells, padded(seen, kCells));
  return room;
}

// Adds what one model takes to the shares.
class Sum {
 public:
  Sum(Prediction& out, const Placement& placement) : out_(out), placement_(placement) {}

  void weights(const Model& model, const Shape& shape) {
    const bool tied =
        !shape.is_encoder && std::none_of(model.tensors.begin(), model.tensors.end(),
                                          [](const Tensor& t) { return t.name == "output.weight"; });
    const std::uint64_t used = shape.layers.size() - shape.unused_layers;
    for (const Tensor& tensor : model.tensors) {
      const auto layer = layer_of(tensor.name);
      if (layer && *layer >= used) continue;
      weigh(tensor, layer);
      if (tied && tensor.name == "token_embd.weight" && placement_.output())
        add_to(placement_.output(), tensor.bytes);
    }
  }

  void caches(const Shape& shape, const Room& room, const Caches& caches) {
    for (std::size_t i = 0; i < shape.layers.size(); ++i) {
      const Layer& layer = shape.layers[i];
      Share& share = at(caches.on_devices ? placement_.layer(i) : Where());
      const std::uint64_t cells = times(layer.windowed ? room.window_cells : room.cells, room.streams);
      share.kv = plus(share.kv, times(cells, plus(caches.k.size(layer.k), caches.v.size(layer.v))));
      share.state = plus(share.state, times(times(layer.state, 4), room.slots));
    }
  }

  void compute(const Shape& shape, const Room& room, bool flash_attention) {
    const std::uint64_t batch = room.batch;
    const std::uint64_t layers = times(times(shape.feed_forward, 32), batch);
    const std::uint64_t logits = times(shape.vocabulary, 4);
    std::uint64_t most = plus(layers, times(logits, std::min<std::uint64_t>(batch, 512)));
    if (!flash_attention) most = plus(most, times(times(shape.heads, 4), times(room.context, batch)));
    const Range range = {layers / 4, std::max(kLeastHigh, plus(most, most / 7))};
    bool any = false;
    for (std::size_t i = 0; i < out_.devices.size(); ++i) {
      if (!owns_layers(i, shape)) continue;
      add(out_.devices[i].compute, range);
      any = true;
    }
    add(out_.ram.compute, any ? kHostCompute : range);
    if (any) out_.ram.compute.high = plus(out_.ram.compute.high, times(times(room.context, batch), 4));
  }

  Share& at(Where where) { return where ? out_.devices[*where] : out_.ram; }

 private:
  void add_to(Where where, std::uint64_t bytes) {
    Share& share = at(where);
    share.weights = plus(share.weights, bytes);
  }

  void weigh(const Tensor& tensor, std::optional<std::uint64_t> layer) {
    if (const auto where = placement_.exception(tensor.name)) return add_to(*where, tensor.bytes);
    if (!layer && is_input(tensor.name)) return add_to({}, tensor.bytes);
    const Where where = layer ? placement_.layer(*layer) : placement_.output();
    const std::vector<double> parts = tensor.rows > 1 && where ? placement_.spread() : std::vector<double>();
    if (parts.empty()) return add_to(where, tensor.bytes);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      add_to(i, static_cast<std::uint64_t>(parts[i] * static_cast<double>(tensor.bytes)));
    }
  }

  bool owns_layers(std::size_t device, const Shape& shape) const {
    for (std::size_t i = 0; i <= shape.layers.size(); ++i) {
      if (placement_.layer(i) == Where(device)) return true;
    }
    return false;
  }

  Prediction& out_;
  const Placement& placement_;
};

Result<Caches, std::string> caches_of(Text k, Text v, bool on_devices) {
  const auto k_packing = cache_packing(k), v_packing = cache_packing(v);
  if (!k_packing || !v_packing) {
    return "The type of cache " + std::string(k_packing ? v : k).substr(0, 40) + " is unknown.";
  }
  return Caches{*k_packing, *v_packing, on_devices};
}

class Planner {
 public:
  Planner(const Files& files, const LoadOptions& options, const std::vector<Device>& devices)
      : files_(files), options_(options), devices_(devices) {}

  Result<Prediction, std::string> plan() {
    out_.devices.resize(devices_.size());
    if (auto problem = plan_main(); !problem.empty()) return problem;
    if (files_.projector != nullptr) add_projector();
    if (files_.draft != nullptr) {
      if (auto problem = plan_draft(); !problem.empty()) return problem;
    }
    for (Share& share : out_.devices) {
      if (!share.empty()) add(share.driver, kDriver);
    }
    return std::move(out_);
  }

 private:
  std::string plan_main() {
    auto shape = shape_of(files_.model);
    if (!shape) return "The file " + shape.error() + ".";
    auto caches = caches_of(options_.cache_k, options_.cache_v, options_.cache_on_devices);
    if (!caches) return caches.error();
    const Placement placement(options_, devices_, shape->layers.size() + 1, options_.layers);
    const std::uint64_t slots = std::min(options_.slots.value_or(kSlotsUnsaid), kMostSlots);
    room_ = room_for(*shape, options_, options_.context.value_or(shape->context), slots,
                     options_.unified.value_or(!options_.slots));
    out_.context = room_.context;
    out_.slots = slots;
    out_.layers = shape->layers.size() + 1;
    out_.layers_on_devices = placement.on_devices();
    Sum sum(out_, placement);
    sum.weights(files_.model, *shape);
    sum.caches(*shape, room_, *caches);
    sum.compute(*shape, room_, options_.flash_attention);
    note(*shape);
    return {};
  }

  void note(const Shape& shape) {
    if (!shape.is_known) {
      out_.notes.push_back("The architecture " + shape.architecture +
                           " is not known to paddock: its cache is counted by the file's keys alone.");
    }
    if (!options_.context && !shape.is_encoder) {
      out_.notes.push_back("No context is asked for (-c): counted is what the model was trained for, " +
                           std::to_string(shape.context) +
                           "; an engine may take less where memory is short.");
    }
    if (out_.layers_on_devices > 0 && out_.layers_on_devices < out_.layers &&
        options_.layer_rule == LayerRule::kOutputFirst) {
      out_.notes.push_back(
          "Not all layers go to GPUs (-ngl): counted is that the output does; builds of "
          "llama.cpp before 2026 send one layer more in its place.");
    }
    if (!options_.slots)
      out_.notes.push_back("Slots are not asked for (-np): counted are 4 that share the context.");
  }

  void add_projector() {
    const Placement placement(options_, devices_, 1, std::nullopt);
    Share& share = Sum(out_, placement).at(options_.projector_on_device ? placement.main_device() : Where());
    for (const Tensor& tensor : files_.projector->tensors) share.weights = plus(share.weights, tensor.bytes);
    add(share.compute, kProjectorCompute);
  }

  std::string plan_draft() {
    auto shape = shape_of(*files_.draft);
    if (!shape) return "The draft model " + shape.error() + ".";
    auto caches = caches_of(options_.draft.cache_k, options_.draft.cache_v, options_.cache_on_devices);
    if (!caches) return caches.error();
    LoadOptions options = options_;
    options.overrides.clear();
    options.expert_layers_in_ram = options_.draft.expert_layers_in_ram;
    options.devices = options_.draft.devices;
    options.no_devices = options_.draft.no_devices;
    const Placement placement(options, devices_, shape->layers.size() + 1, options_.draft.layers);
    const Room room = room_for(*shape, options, options_.draft.context.value_or(room_.cells), 1, true);
    Sum sum(out_, placement);
    sum.weights(*files_.draft, *shape);
    sum.caches(*shape, room, *caches);
    sum.compute(*shape, room, options_.flash_attention);
    return {};
  }

  const Files files_;
  const LoadOptions& options_;
  const std::vector<Device>& devices_;
  Room room_;
  Prediction out_;
};

}  // namespace

Range Share::total() const {
  const std::uint64_t sure = plus(plus(weights, kv), state);
  return {plus(plus(sure, compute.low), driver.low), plus(plus(sure, compute.high), driver.high)};
}

std::uint64_t input_bytes(const Model& model) {
  std::uint64_t sum = 0;
  for (const Tensor& tensor : model.tensors) sum = plus(sum, is_input(tensor.name) ? tensor.bytes : 0);
  return sum;
}

Result<Prediction, std::string> predict(const Files& files, const LoadOptions& options,
                                        const std::vector<Device>& devices) {
  return Planner(files, options, devices).plan();
}

}  // namespace paddock::gguf
