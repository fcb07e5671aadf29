#include "forecasts.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <set>
#include <utility>

#include "engine_facts.h"
#include "fit_file.h"
#include "paddock/base/read_text.h"
#include "paddock/base/text.h"
#include "paddock/gpu/visible.h"
#include "room.h"

namespace paddock::app {

namespace {

constexpr Duration kStale = std::chrono::seconds(5);

gpu::Numbering numbering_of(const std::vector<gpu::Device>& cards) {
  const std::string& vendor = cards.front().vendor;
  if (vendor == "amd") return gpu::Numbering::kHip;
  return vendor == "intel" ? gpu::Numbering::kLevelZero : gpu::Numbering::kCuda;
}

// Where pins cannot be told, all of them.
std::vector<gpu::Device> seen_by(const engine::Command& told, const std::vector<gpu::Device>& cards) {
  if (cards.empty()) return cards;
  const auto visible = gpu::visible_cards(cards, numbering_of(cards), told.environment);
  if (!visible) return cards;
  std::vector<gpu::Device> out;
  for (const int index : *visible) {
    for (const gpu::Device& card : cards) {
      if (card.index == index) out.push_back(card);
    }
  }
  return out;
}

// By their sizes, not by what is free now: what fills them will have gone when this is loaded.
std::vector<gguf::Device> sizes_of(const std::vector<gpu::Device>& cards) {
  std::vector<gguf::Device> out;
  for (const gpu::Device& card : cards) out.push_back({card.total, card.total});
  return out;
}

// Then a path may be one.
bool has_secrets(const config::ModelConfig& model) {
  const auto is_secret = [](const config::PortText& text) { return !text.masked.empty(); };
  return std::any_of(model.argv.begin(), model.argv.end(), is_secret) ||
         std::any_of(model.env.begin(), model.env.end(), is_secret);
}

Result<gguf::Prediction, std::string> predict(const engine::Command& told,
                                              const std::vector<gpu::Device>& cards) {
  const auto options = load_options(told);
  if (options.model.empty()) return std::string("Its command names no model file (-m).");
  const auto main = gguf::read_model(options.model);
  if (!main) return main.error();
  std::optional<gguf::Model> projector, draft;
  for (auto [path, target] :
       {std::pair(&options.projector, &projector), std::pair(&options.draft.model, &draft)}) {
    if (path->empty()) continue;
    auto read = gguf::read_model(*path);
    if (!read) return read.error();
    *target = std::move(*read);
  }
  return gguf::predict({*main, projector ? &*projector : nullptr, draft ? &*draft : nullptr}, options,
                       sizes_of(cards));
}

api::ForecastPart part_of(const Demand& demand, const gpu::Device* card) {
  api::ForecastPart part{demand.title, {}, demand.bytes.low, demand.bytes.high, demand.free, demand.total};
  if (card != nullptr) part.index = card->index;
  return part;
}

const gpu::Device* card_of(const std::string& key, const std::vector<gpu::Device>& cards) {
  for (const gpu::Device& card : cards) {
    if (gpu::key_of(card) == key) return &card;
  }
  return nullptr;
}

const gpu::Device* card_of(const fit::Device& device, const std::vector<std::string>& pins,
                           const std::vector<gpu::Device>& cards) {
  const auto index = gpu::card_called(device.name, cards, pins);
  for (const gpu::Device& card : cards) {
    if (device.pci.empty() ? index == card.index : iequals(device.pci, card.pci)) return &card;
  }
  return nullptr;
}

Demand demand_on(const std::string& key, const gpu::Device* card, const gguf::Range& bytes) {
  Demand demand{key, bytes, {}, {}};
  if (card == nullptr) return demand;
  demand.title = gpu::title_of(*card);
  demand.total = card->total;
  demand.free = card->total - std::min(card->used, card->total);
  return demand;
}

}  // namespace

Foreseen foresee(const config::ModelConfig& model, const std::vector<gpu::Device>& cards) {
  Foreseen out;
  const engine::Command told = command_of(model);
  out.key = footprints::key_of(footprint_command(model, told));
  out.pins = pins_in(told.environment);
  out.cards = seen_by(told, cards);
  auto prediction = predict(told, out.cards);
  if (prediction) {
    out.prediction = std::move(*prediction);
  } else {
    out.problem =
        has_secrets(model) ? "What its command names cannot be read as a model." : prediction.error();
  }
  return out;
}

footprints::Footprint footprint_of(const fit::Judgement& judgement, const std::vector<std::string>& pins,
                                   const std::vector<gpu::Device>& cards) {
  using fit::Word;
  const fit::Verdict& verdict = judgement.verdict;
  if (verdict.word == Word::kFailedOom || verdict.word == Word::kFailedKill || verdict.word == Word::kUnknown)
    return {};
  footprints::Footprint out;
  for (const fit::Device& device : verdict.devices) {
    const gpu::Device* card = device.is_remote ? nullptr : card_of(device, pins, cards);
    out.devices[card ? gpu::key_of(*card) : device.name] += device.holds.total();
  }
  out.ram = verdict.ram.total();
  return out;
}

api::Forecast compose(const Foreseen& foreseen, const std::optional<footprints::Learned>& learned,
                      const std::vector<gpu::Device>& now, const std::string& meminfo) {
  api::Forecast out;
  if (learned && learned->load)
    out.load = std::chrono::duration_cast<std::chrono::milliseconds>(*learned->load);
  std::vector<std::pair<std::string, gguf::Range>> cards;
  std::optional<gguf::Range> ram;
  if (learned && (!learned->devices.empty() || learned->ram)) {
    out.source = "learned";
    // Logs do not tell the driver's own share.
    for (const auto& [key, bytes] : learned->devices) {
      cards.emplace_back(key, gguf::Range{bytes + gguf::kDriver.low, bytes + gguf::kDriver.high});
    }
    if (learned->ram) ram = gguf::Range{*learned->ram, *learned->ram};
  } else if (foreseen.prediction) {
    out.source = "header";
    out.notes = foreseen.prediction->notes;
    for (std::size_t i = 0; i < foreseen.cards.size(); ++i) {
      cards.emplace_back(gpu::key_of(foreseen.cards[i]), foreseen.prediction->devices[i].total());
    }
    ram = foreseen.prediction->ram.total();
  } else {
    out.sentence = "Nothing is foreseen. " + foreseen.problem;
    return out;
  }
  std::vector<Demand> demands;
  for (const auto& [key, bytes] : cards) {
    const gpu::Device* card = card_of(key, now);
    demands.push_back(demand_on(key, card, bytes));
    out.devices.push_back(part_of(demands.back(), card));
  }
  if (ram) {
    const Memory memory = memory_of(meminfo);
    demands.push_back({"RAM", *ram, memory.available, memory.total});
    out.ram = part_of(demands.back(), nullptr);
  }
  out.sentence = outlook(demands).sentence;
  return out;
}

Forecasts::Forecasts(boost::asio::io_context& control, gpu::Sampler& sampler, std::string path)
    : control_(control),
      sampler_(sampler),
      footprints_(control, std::move(path), [this] { compose_all(); }),
      errands_(control) {}

void Forecasts::use(std::shared_ptr<const config::Config> config) {
  config_ = std::move(config);
  look();
  read_cards();
}

void Forecasts::look() {
  errands_.run([this, config = config_, cards = cards_, order = ++looks_]() -> Errands::Done {
    auto found = std::make_shared<std::map<ModelId, Foreseen>>();
    for (const config::ModelConfig& model : config->models) found->emplace(model.id, foresee(model, cards));
    return [this, found, order] {
      if (order != looks_) return;
      foreseen_ = std::move(*found);
      compose_all();
    };
  });
}

void Forecasts::read_cards() {
  if (!sampler_.has_source()) return;
  sampler_.read([this, alive = std::weak_ptr(self_)](const gpu::Reading& reading) {
    if (alive.expired()) return;
    // Other cards than before: what is spread over them is spread anew.
    std::set<std::string> before, after;
    for (const gpu::Device& card : cards_) before.insert(gpu::key_of(card));
    for (const gpu::Device& card : reading.devices) after.insert(gpu::key_of(card));
    cards_ = reading.devices;
    before == after ? compose_all() : look();
  });
}

void Forecasts::loaded(const ModelId& model, Duration load) { learn(model, {{}, {}, load}); }

void Forecasts::judged(const ModelId& model, const fit::Judgement& judgement) {
  const auto found = foreseen_.find(model);
  const footprints::Footprint footprint = footprint_of(
      judgement, found == foreseen_.end() ? std::vector<std::string>() : found->second.pins, cards_);
  if (footprint.ram) learn(model, footprint);
}

// Its files may have changed since they were looked at.
void Forecasts::learn(const ModelId& model, footprints::Footprint footprint) {
  errands_.run([this, config = config_, model, footprint = std::move(footprint)]() -> Errands::Done {
    for (const config::ModelConfig& one : config->models) {
      if (one.id != model) continue;
      return [this, model, footprint, key = footprints::key_of(footprint_command(one, command_of(one)))] {
        footprints_.learn(key, footprint);
        const auto found = foreseen_.find(model);
        if (found != foreseen_.end()) found->second.key = key;
        compose_one(model);
      };
    }
    return nullptr;
  });
}

void Forecasts::compose_all() {
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(told_, [this](const auto& one) { return foreseen_.count(one.first) == 0; });
  }
  for (const auto& [model, foreseen] : foreseen_) compose_one(model);
}

void Forecasts::compose_one(const ModelId& model) {
  const auto found = foreseen_.find(model);
  if (found == foreseen_.end()) return;
  auto forecast = std::make_shared<const api::Forecast>(compose(
      found->second, footprints_.find(found->second.key), cards_, read_text("/proc/meminfo").value_or("")));
  const std::lock_guard lock(mutex_);
  told_[model] = std::move(forecast);
}

std::shared_ptr<const api::Forecast> Forecasts::of(const ModelId& model) const {
  const std::lock_guard lock(mutex_);
  if (steady_now() - asked_ > kStale) {
    asked_ = steady_now();
    boost::asio::post(control_, [weak = std::weak_ptr(self_)] {
      if (const auto self = weak.lock()) (*self)->read_cards();
    });
  }
  const auto found = told_.find(model);
  return found == told_.end() ? nullptr : found->second;
}

std::optional<Duration> Forecasts::expected_load(const ModelId& model) const {
  const std::lock_guard lock(mutex_);
  const auto found = told_.find(model);
  if (found == told_.end() || !found->second->load) return std::nullopt;
  return *found->second->load;
}

}  // namespace paddock::app
