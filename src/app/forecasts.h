// Forecasts: what the models of the configuration will take before they are loaded: what earlier launches of
// the same command took, else what the header of their file says.
//
// Files are looked at on a thread of its own when a configuration comes, and a model's once more when it was
// loaded. What is free on cards is read again when somebody asks and the last look is 5 s old: the next who
// asks gets it. Control thread but for what api::ForecastDesk promises, and expected_load(). Destroying it
// waits for nothing.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "paddock/api/forecast_desk.h"
#include "paddock/base/clock.h"
#include "paddock/base/errands.h"
#include "paddock/config/config.h"
#include "paddock/fit/judgements.h"
#include "paddock/footprints/footprints.h"
#include "paddock/gguf/predict.h"
#include "paddock/gpu/sampler.h"

namespace paddock::app {

// What a look at one model's files found.
struct Foreseen {
  footprints::Key key{};
  std::vector<std::string> pins{};               // of its environment
  std::vector<gpu::Device> cards{};              // that it sees, in its order
  std::optional<gguf::Prediction> prediction{};  // of these
  std::string problem{};                         // a sentence, if there is none
};

// The buffers that a launch made on each card, by gpu::key_of(); by its own name for one that is not found,
// or on another machine. Nothing is there for one that failed, or told nothing. Pure.
footprints::Footprint footprint_of(const fit::Judgement& judgement, const std::vector<std::string>& pins,
                                   const std::vector<gpu::Device>& cards);

// Slow or hanging with the file system; any thread. `cards` are those of the machine.
Foreseen foresee(const config::ModelConfig& model, const std::vector<gpu::Device>& cards);

// `now`: the cards as last read. Pure but for /proc/meminfo; any thread.
api::Forecast compose(const Foreseen& foreseen, const std::optional<footprints::Learned>& learned,
                      const std::vector<gpu::Device>& now, const std::string& meminfo);

class Forecasts final : public api::ForecastDesk {
 public:
  // `path` of the file of footprints; empty: nothing is kept. The sampler outlives it.
  Forecasts(boost::asio::io_context& control, gpu::Sampler& sampler, std::string path);

  void use(std::shared_ptr<const config::Config> config);
  // A launch of it was ready so long after it began.
  void loaded(const ModelId& model, Duration load);
  // What the log of a launch of it says about its buffers; of one that failed nothing is learned.
  void judged(const ModelId& model, const fit::Judgement& judgement);

  std::shared_ptr<const api::Forecast> of(const ModelId& model) const override;
  std::optional<Duration> expected_load(const ModelId& model) const;

 private:
  void look();
  void read_cards();
  void learn(const ModelId& model, footprints::Footprint footprint);
  void compose_all();
  void compose_one(const ModelId& model);

  boost::asio::io_context& control_;
  gpu::Sampler& sampler_;
  std::shared_ptr<const config::Config> config_;
  std::uint64_t looks_ = 0;  // of the newest order; answers to older ones are dropped
  std::vector<gpu::Device> cards_;
  std::map<ModelId, Foreseen> foreseen_;
  mutable std::mutex mutex_;
  std::map<ModelId, std::shared_ptr<const api::Forecast>> told_;  // guarded by mutex_
  mutable TimePoint asked_{};                                     // likewise: when cards were last asked for
  const std::shared_ptr<Forecasts*> self_ = std::make_shared<Forecasts*>(this);  // for what may come later
  footprints::Footprints footprints_;
  Errands errands_;
};

}  // namespace paddock::app
