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

std::string_view maker_name(gpu::Numbering numbering) {
  if (numbering == gpu::Numbering::kHip) return "AMD";
  return numbering == gpu::Numbering::kLevelZero ? "Intel" : "NVIDIA";
}

// The value of `--device CUDA0,CUDA1`.
std::optional<gpu::Numbering> named_in(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] != "--device" && words[i] != "-dev") continue;
    const std::string& names = words[i + 1];
    return gpu::numbering_of(std::string_view(names).substr(0, names.find(',')));
  }
  return std::nullopt;
}

// Its own pins are all of one maker's.
std::optional<gpu::Numbering> pinned_in(const std::vector<config::PortText>& environment) {
  std::set<gpu::Numbering> pins;
  for (const config::PortText& variable : environment) {
    if (const auto pin = gpu::numbering_of_pin(variable.text)) pins.insert(*pin);
  }
  return pins.size() == 1 ? std::optional(*pins.begin()) : std::nullopt;
}

// The maker of the largest card: beside it another maker's is as a rule part of the processor.
gpu::Numbering numbering_of(const config::ModelConfig& model, const engine::Command& told,
                            const std::vector<gpu::Device>& cards, std::string& assumed) {
  std::set<gpu::Numbering> makers;
  const gpu::Device* largest = nullptr;
  for (const gpu::Device& card : cards) {
    const auto maker = gpu::numbering_of_maker(card.vendor);
    if (!maker) continue;
    makers.insert(*maker);
    if (largest == nullptr || card.total > largest->total) largest = &card;
  }
  if (makers.empty()) return gpu::Numbering::kCuda;
  if (makers.size() == 1) return *makers.begin();
  for (const auto& named : {named_in(told.words), pinned_in(model.env)}) {
    if (named && makers.contains(*named)) return *named;
  }
  const gpu::Numbering taken = *gpu::numbering_of_maker(largest->vendor);
  assumed = "It is taken to use the cards of " + std::string(maker_name(taken)) + ".";
  return taken;
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
  const auto index = gpu::card_called(device.name, cards, pins, device.title);
  for (const gpu::Device& card : cards) {
    // The parts of a card have one place on the bus.
    const bool by_name = device.pci.empty() || card.is_part;
    if (by_name ? index == card.index : iequals(device.pci, card.pci)) return &card;
  }
  return nullptr;
}

std::string unseen_problem(const std::vector<gpu::Device>& cards) {
  const bool has_parts =
      std::any_of(cards.begin(), cards.end(), [](const gpu::Device& card) { return card.is_part; });
  return has_parts ? "Which part of a card it sees is not told by its pins."
                   : "Which cards it sees is not told by its pins.";
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

std::optional<std::vector<gpu::Device>> seen_by(const config::ModelConfig& model, const engine::Command& told,
                                                const std::vector<gpu::Device>& cards, std::string& assumed) {
  if (cards.empty()) return cards;
  const auto seen = gpu::seen_cards(cards, numbering_of(model, told, cards, assumed), told.environment);
  if (!seen) return std::nullopt;
  std::vector<gpu::Device> out;
  for (const int index : *seen) {
    for (const gpu::Device& card : cards) {
      if (card.index == index) out.push_back(card);
    }
  }
  return out;
}

Foreseen foresee(const config::ModelConfig& model, const std::vector<gpu::Device>& cards) {
  Foreseen out;
  const engine::Command told = command_of(model);
  out.key = footprints::key_of(footprint_command(model, told));
  out.pins = pins_in(told.environment);
  auto seen = seen_by(model, told, cards, out.assumed);
  if (!seen) {
    out.problem = unseen_problem(cards);
    return out;
  }
  out.cards = std::move(*seen);
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
  if (judgement.report.unread > 0) return {};
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
    if (!foreseen.assumed.empty()) out.notes.push_back(foreseen.assumed);
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

api::Forecast numbers_of(api::Forecast forecast) {
  forecast.sentence.clear();
  for (api::ForecastPart& part : forecast.devices) part.free.reset();
  if (forecast.ram) forecast.ram->free.reset();
  return forecast;
}

Forecasts::Forecasts(boost::asio::io_context& control, gpu::Sampler& sampler, std::string path)
    : control_(control),
      sampler_(sampler),
      footprints_(control, std::move(path), [this] { opened(); }),
      errands_(control) {}

// What began before the file could be read has asked in vain what earlier launches taught.
void Forecasts::opened() {
  for (const auto& [generation, launch] : launches_) {
    if (!launch->key.empty() && !launch->learned) launch->learned = footprints_.find(launch->key);
  }
  compose_all();
}

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

void Forecasts::began(const ModelId& model, Generation generation) {
  auto launch = std::make_shared<Launch>(Launch{config_});
  for (const config::ModelConfig& one : config_->models) {
    if (one.id == model) launch->model = &one;
  }
  if (launch->model == nullptr) return;
  launches_[generation] = launch;
  errands_.run([this, launch]() -> Errands::Done {
    const engine::Command told = command_of(*launch->model);
    return [this, launch, key = footprints::key_of(footprint_command(*launch->model, told)),
            pins = pins_in(told.environment)] {
      launch->key = key;
      launch->pins = pins;
      launch->learned = footprints_.find(key);
      // Its files may have changed since they were looked at.
      const auto found = foreseen_.find(launch->model->id);
      if (launch->config != config_ || found == foreseen_.end()) return;
      found->second.key = key;
      compose_one(launch->model->id);
    };
  });
}

void Forecasts::over(Generation launch) {
  const auto found = launches_.find(launch);
  if (found == launches_.end()) return;
  const auto gone = found->second;
  launches_.erase(found);
  tell_of_launch(gone->model->id);
}

void Forecasts::loaded(Generation launch, Duration load) {
  learn(launch, [load](const Launch&) { return footprints::Footprint{{}, {}, load}; });
}

void Forecasts::judged(const ModelId&, const fit::Judgement& judgement) {
  learn(judgement.launch,
        [this, judgement](const Launch& launch) { return footprint_of(judgement, launch.pins, cards_); });
}

void Forecasts::paced(Generation launch, double per_second) {
  learn(launch, [per_second](const Launch&) { return footprints::Footprint{{}, {}, {}, per_second}; });
}

std::optional<double> Forecasts::usual_pace(Generation generation) const {
  const auto launch = launches_.find(generation);
  if (launch == launches_.end()) return std::nullopt;
  const auto learned = footprints_.find(launch->second->key);
  return learned ? learned->pace : std::nullopt;
}

// Behind the look at its files.
void Forecasts::learn(Generation generation, Lesson lesson) {
  const auto found = launches_.find(generation);
  if (found == launches_.end()) return;
  errands_.run([this, launch = found->second, lesson = std::move(lesson)]() -> Errands::Done {
    return [this, launch, lesson] {
      const footprints::Footprint footprint = lesson(*launch);
      if (footprint == footprints::Footprint()) return;
      footprints_.learn(launch->key, footprint);
      compose_one(launch->model->id);
    };
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
  const std::string meminfo = read_text("/proc/meminfo").value_or("");
  auto forecast = std::make_shared<const api::Forecast>(
      compose(found->second, footprints_.find(found->second.key), cards_, meminfo));
  compose_launches(model, found->second, meminfo);
  const std::lock_guard lock(mutex_);
  told_[model] = std::move(forecast);
}

// Once more when the cards are known: what is loaded at the start begins before they are.
void Forecasts::compose_launches(const ModelId& model, const Foreseen& foreseen, const std::string& meminfo) {
  for (const auto& [generation, launch] : launches_) {
    if (launch->model->id != model || launch->config != config_ || launch->key != foreseen.key) continue;
    launch->forecast = std::make_shared<const api::Forecast>(
        numbers_of(compose(foreseen, launch->learned, cards_, meminfo)));
  }
  tell_of_launch(model);
}

// The newest counts.
void Forecasts::tell_of_launch(const ModelId& model) {
  std::shared_ptr<const api::Forecast> forecast;
  for (const auto& [generation, launch] : launches_) {
    if (launch->model->id == model) forecast = launch->forecast;
  }
  if (forecast && std::string_view(forecast->source) == "none") forecast = nullptr;
  const std::lock_guard lock(mutex_);
  launched_[model] = std::move(forecast);
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

std::shared_ptr<const api::Forecast> Forecasts::of_launch(const ModelId& model) const {
  const std::lock_guard lock(mutex_);
  const auto found = launched_.find(model);
  return found == launched_.end() ? nullptr : found->second;
}

std::optional<Duration> Forecasts::expected_load(const ModelId& model) const {
  const std::lock_guard lock(mutex_);
  const auto found = told_.find(model);
  if (found == told_.end() || !found->second->load) return std::nullopt;
  return *found->second->load;
}

}  // namespace paddock::app
