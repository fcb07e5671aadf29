#include "bench_text.h"

#include <algorithm>
#include <cmath>

#include "text.h"

namespace paddock::commands {

namespace {

using Member = std::optional<double> Figures::*;

constexpr std::pair<Member, const char*> kMembers[] = {{&Figures::ttft, "ttft_s"},
                                                       {&Figures::prompt_tokens, "prompt_tokens"},
                                                       {&Figures::prompt_speed, "prompt_tokens_per_second"},
                                                       {&Figures::tokens, "tokens"},
                                                       {&Figures::speed, "tokens_per_second"}};

std::string count(std::optional<double> number) {
  return number && *number < 1e15 ? std::to_string(std::llround(*number)) : "-";
}

Row row_of(const std::string& name, const Figures& one) {
  return {name,
          count(one.prompt_tokens),
          speed(one.prompt_speed),
          one.ttft ? span(*one.ttft) : "-",
          count(one.tokens),
          speed(one.speed)};
}

Json figures_json(const Figures& figures) {
  Json json;
  for (const auto& [member, name] : kMembers) {
    json[name] = figures.*member ? Json(*(figures.*member)) : Json();
  }
  return json;
}

}  // namespace

std::string bench_prompt(const std::string& mark) {
  constexpr const char* kWords[] = {"river",  "engine", "garden", "letter", "window", "mountain",
                                    "paper",  "clock",  "bridge", "orange", "market", "silver",
                                    "forest", "button", "island", "candle", "winter", "mirror",
                                    "saddle", "pocket", "harbor", "violin", "copper"};
  constexpr std::size_t kLength = 500;
  std::string text = "List " + mark + ":";
  for (std::size_t i = 0; i < kLength; ++i) text += std::string(" ") + kWords[i * i % std::size(kWords)];
  return text + ".\nTell a long story in which these words occur.";
}

Figures median_of(const std::vector<Figures>& runs) {
  Figures median;
  for (const auto& entry : kMembers) {
    std::vector<double> values;
    for (const Figures& run : runs) {
      if (run.*entry.first) values.push_back(*(run.*entry.first));
    }
    if (values.empty()) continue;
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    median.*entry.first = values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }
  return median;
}

std::string bench_text(const BenchResult& result, std::optional<std::size_t> width) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < result.runs.size(); ++i) {
    rows.push_back(row_of(std::to_string(i + 1), result.runs[i]));
  }
  rows.push_back(row_of("median", median_of(result.runs)));
  const std::string swap = result.swap ? "swapped in within " + span(*result.swap)
                                       : "was loaded already; --cold measures the swap, too";
  return shown(result.model) + ": " + swap + "\n" +
         table({{"RUN"},
                {"PROMPT", true},
                {"TOKENS/S", true},
                {"TTFT", true},
                {"ANSWER", true},
                {"TOKENS/S", true}},
               rows, width);
}

Json bench_json(const BenchResult& result) {
  Json json = {{"model", result.model}, {"swap_s", result.swap ? Json(*result.swap) : Json()}};
  json["runs"] = Json::array();
  for (const Figures& run : result.runs) json["runs"].push_back(figures_json(run));
  json["median"] = figures_json(median_of(result.runs));
  return json;
}

}  // namespace paddock::commands
