#include "fit_file.h"

#include <iostream>
#include <utility>

#include "paddock/base/read_text.h"
#include "paddock/base/words.h"
#include "paddock/gguf/load_options.h"

namespace paddock::app {

namespace {

constexpr int kDoesNotFit = 3;

int fail(const std::string& sentence) {
  std::cerr << "paddock: " << sentence << std::endl;
  return 1;
}

std::optional<std::uint64_t> kibibytes(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + name.size());
  const auto value = whole_number<std::uint64_t>(next_word(text));
  if (!value || *value > UINT64_MAX / 1024) return std::nullopt;
  return *value * 1024;
}

const gpu::Device* find_card(std::string_view word, const std::vector<gpu::Device>& devices) {
  for (const gpu::Device& device : devices) {
    const bool is_named = word.size() >= 8 && std::string_view(device.uuid).starts_with(word);
    if (is_named || whole_number<int>(word) == device.index) return &device;
  }
  return nullptr;
}

std::string known_cards(const std::vector<gpu::Device>& devices) {
  std::string out;
  for (const gpu::Device& device : devices) out += (out.empty() ? "" : ", ") + std::to_string(device.index);
  return out;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    if (comma != 0) out.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return out;
}

struct AllModels {
  gguf::Model main;
  std::optional<gguf::Model> projector, draft;

  gguf::Files files() const { return {main, projector ? &*projector : nullptr, draft ? &*draft : nullptr}; }
};

Result<AllModels, std::string> read_all(const std::string& path, const gguf::LoadOptions& options) {
  auto main = gguf::read_model(path);
  if (!main) return main.error();
  AllModels out{std::move(*main), {}, {}};
  for (auto [file, target] :
       {std::pair(&options.projector, &out.projector), std::pair(&options.draft.model, &out.draft)}) {
    if (file->empty()) continue;
    auto model = gguf::read_model(*file);
    if (!model) return model.error();
    *target = std::move(*model);
  }
  return out;
}

std::vector<gguf::Device> sizes_of(const std::vector<gpu::Device>& cards) {
  std::vector<gguf::Device> out;
  for (const gpu::Device& card : cards) out.push_back({card.total, card.total - card.used});
  return out;
}

// Without a readable card there is nothing wrong yet: the words may name some all the same.
std::vector<gpu::Device> readable_cards(const std::string& word) {
  const auto source = gpu::find_source(word);
  if (!source || !*source) return {};
  auto devices = (*source)->read();
  return devices ? std::move(*devices) : std::vector<gpu::Device>();
}

}  // namespace

Memory memory_of(const std::string& meminfo) {
  return {kibibytes(meminfo, "MemAvailable:"), kibibytes(meminfo, "MemTotal:")};
}

Result<std::vector<gpu::Device>, std::string> choose_cards(const std::optional<std::string>& words,
                                                           const std::vector<gpu::Device>& devices) {
  if (!words) return devices;
  std::vector<gpu::Device> out;
  if (*words == "none") return out;
  for (const std::string& word : split(*words)) {
    const gpu::Device* card = find_card(word, devices);
    const auto number = whole_number<int>(word);
    if (card != nullptr) {
      out.push_back(*card);
    } else if (devices.empty() && number && *number >= 0 && *number < 256) {
      out.push_back({});
      out.back().index = *number;
    } else {
      return "There is no GPU " + word + " here" +
             (devices.empty() ? "; none can be read." : ", but " + known_cards(devices) + ".");
    }
  }
  return out;
}

std::vector<Demand> demands_of(const gguf::Prediction& prediction, const std::vector<gpu::Device>& cards,
                               const Memory& memory) {
  std::vector<Demand> out;
  for (std::size_t i = 0; i < cards.size() && i < prediction.devices.size(); ++i) {
    Demand demand{gpu::title_of(cards[i]), prediction.devices[i].total(), {}, {}};
    if (cards[i].total > 0) {
      demand.total = cards[i].total;
      demand.free = cards[i].total - cards[i].used;
    } else {
      demand.title = "GPU " + std::to_string(cards[i].index);
    }
    out.push_back(std::move(demand));
  }
  out.push_back({"RAM", prediction.ram.total(), memory.available, memory.total});
  return out;
}

int fit_file(const FitCommand& command) {
  const gguf::LoadOptions options = gguf::read_options(command.words);
  const auto models = read_all(command.target, options);
  if (!models) return fail(models.error());
  const auto cards = choose_cards(command.gpus, readable_cards(command.gpu_source));
  if (!cards) return fail(cards.error());
  auto prediction = gguf::predict(models->files(), options, sizes_of(*cards));
  if (!prediction) return fail(command.target + ": " + prediction.error());
  const Memory memory = memory_of(read_text("/proc/meminfo").value_or(""));
  std::vector<Demand> demands = demands_of(*prediction, *cards, memory);
  const bool is_too_large = outlook(demands).room == Room::kTooLittle;
  const FitFacts facts{command.target, models->main, std::move(*prediction), std::move(demands)};
  std::cout << (command.json ? table_json(facts) : table_text(facts)) << std::flush;
  if (!std::cout) return fail("the answer could not be written");
  return is_too_large ? kDoesNotFit : 0;
}

}  // namespace paddock::app
