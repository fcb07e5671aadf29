// Forecasts: what the models of the configuration will take before they are loaded: what earlier launches of
// the same command took, else what the header of their file says.
//
// Files are looked at on a thread of its own when a configuration comes, and a model's once more when it was
// loaded. What is free on cards is read again when somebody asks and the last look is 5 s old: the next who
// asks gets it. What a launch teaches counts for the command and the files that it began with, whatever they
// are when it is learned. What was foreseen of a launch stays while it lives, to be compared with what it
// took. Control thread but for what api::ForecastDesk promises, and expected_load(). Destroying it waits for
// nothing.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fit_watch.h"
#include "paddock/api/forecast_desk.h"
#include "paddock/base/clock.h"
#include "paddock/base/errands.h"
#include "paddock/config/config.h"
#include "paddock/engine/command.h"
#include "paddock/fit/judgements.h"
#include "paddock/footprints/footprints.h"
#include "paddock/gguf/predict.h"
#include "paddock/gpu/sampler.h"

namespace paddock::app {

// What a look at one model's files found.
struct Foreseen {
  footprints::Key key{};
  std::vector<std::string> pins{};               // of its environment
  std::vector<gpu::Device> cards{};              // that it sees
  std::string assumed{};                         // a sentence: whose cards it is taken to use; empty: told
  std::optional<gguf::Prediction> prediction{};  // of these
  std::string problem{};                         // a sentence, if there is none
};

// The cards that it will see; where machines have several makers', of the one that its command, its pins or
// the sizes of the cards speak for: then `assumed` is a sentence. Nothing: its pins are not understood.
// `told`: what its engine is told. Pure.
std::optional<std::vector<gpu::Device>> seen_by(const config::ModelConfig& model, const engine::Command& told,
                                                const std::vector<gpu::Device>& cards, std::string& assumed);

// The buffers that a launch made on each card, by gpu::key_of(); by its own name for one that is not found,
// or on another machine. Nothing is there for one that failed, or told nothing. Pure.
footprints::Footprint footprint_of(const fit::Judgement& judgement, const std::vector<std::string>& pins,
                                   const std::vector<gpu::Device>& cards);

// Slow or hanging with the file system; any thread. `cards` are those of the machine.
Foreseen foresee(const config::ModelConfig& model, const std::vector<gpu::Device>& cards);

// `now`: the cards as last read. Pure but for /proc/meminfo; any thread.
api::Forecast compose(const Foreseen& foreseen, const std::optional<footprints::Learned>& learned,
                      const std::vector<gpu::Device>& now, const std::string& meminfo);

// What may be told of it once it is loaded. Pure.
api::Forecast numbers_of(api::Forecast forecast);

class Forecasts final : public api::ForecastDesk, public LaunchMemory {
 public:
  // `path` of the file of footprints; empty: nothing is kept. The sampler outlives it.
  Forecasts(boost::asio::io_context& control, gpu::Sampler& sampler, std::string path);

  // For the launches that begin from here on.
  void use(std::shared_ptr<const config::Config> config);
  void began(const ModelId& model, Generation launch) override;
  void over(Generation launch) override;
  // It was ready so long after it began.
  void loaded(Generation launch, Duration load);
  // What its log says about its buffers; of one that failed, or whose log has gaps, nothing is learned.
  void judged(const ModelId& model, const fit::Judgement& judgement) override;
  void paced(Generation launch, double per_second) override;
  std::optional<double> usual_pace(Generation launch) const override;

  std::shared_ptr<const api::Forecast> of(const ModelId& model) const override;
  std::shared_ptr<const api::Forecast> of_launch(const ModelId& model) const override;
  std::optional<Duration> expected_load(const ModelId& model) const;

 private:
  // As it began: a model of a configuration that may have been replaced since.
  struct Launch {
    std::shared_ptr<const config::Config> config;
    const config::ModelConfig* model = nullptr;
    // Both empty until its files were looked at.
    footprints::Key key{};
    std::vector<std::string> pins{};
    std::optional<footprints::Learned> learned{};  // by then, from others
    std::shared_ptr<const api::Forecast> forecast{};
  };

  void look();
  void read_cards();
  using Lesson = std::function<footprints::Footprint(const Launch&)>;  // empty: nothing is learned
  void learn(Generation launch, Lesson lesson);
  void opened();
  void compose_all();
  void compose_one(const ModelId& model);
  void compose_launches(const ModelId& model, const Foreseen& foreseen, const std::string& meminfo);
  void tell_of_launch(const ModelId& model);

  boost::asio::io_context& control_;
  gpu::Sampler& sampler_;
  std::shared_ptr<const config::Config> config_;
  std::uint64_t looks_ = 0;  // of the newest order; answers to older ones are dropped
  std::vector<gpu::Device> cards_;
  std::map<ModelId, Foreseen> foreseen_;
  std::map<Generation, std::shared_ptr<Launch>> launches_;
  mutable std::mutex mutex_;
  std::map<ModelId, std::shared_ptr<const api::Forecast>> told_;      // guarded by mutex_
  std::map<ModelId, std::shared_ptr<const api::Forecast>> launched_;  // likewise
  mutable TimePoint asked_{};  // likewise: when cards were last asked for
  const std::shared_ptr<Forecasts*> self_ = std::make_shared<Forecasts*>(this);  // for what may come later
  footprints::Footprints footprints_;
  Errands errands_;
};

}  // namespace paddock::app
