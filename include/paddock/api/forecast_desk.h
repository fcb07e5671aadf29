// ForecastDesk: what is foreseen of a model before it is loaded, and what was once it is, as the handlers ask
// for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/ids.h"

namespace paddock::api {

struct ForecastPart {
  std::string title;                             // `GPU 0 (NVIDIA RTX A4000)`, `RAM`
  std::optional<int> index{};                    // of the card, if it is one that can be read now
  std::uint64_t low = 0, high = 0;               // bytes
  std::optional<std::uint64_t> free{}, total{};  // as last read; nothing: not known
};

struct Forecast {
  const char* source = "none";  // `learned`: of an earlier launch; `header`: from the file; `none`
  std::vector<ForecastPart> devices{};
  std::optional<ForecastPart> ram{};
  std::string sentence{};                           // about a load that is to come; empty: there is none
  std::vector<std::string> notes{};                 // sentences: what was assumed
  std::optional<std::chrono::milliseconds> load{};  // expected, from earlier launches
};

// Thread-safe, and never blocks.
class ForecastDesk {
 public:
  virtual ~ForecastDesk() = default;
  // Null: nobody has looked yet, or there is no such model.
  virtual std::shared_ptr<const Forecast> of(const ModelId& model) const = 0;
  // What was foreseen of the launch that lives, without what that launch has taught: numbers only, as
  // sentences and what is free speak of a load that is to come. Null: none lives, or nothing was foreseen.
  virtual std::shared_ptr<const Forecast> of_launch(const ModelId& model) const = 0;
};

}  // namespace paddock::api
