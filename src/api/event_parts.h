// EventParts: what was seen last of the daemon, and as parts of the feed what is different since. Renders
// only what changed. Pure: what is there is an argument. One thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model_view.h"
#include "paddock/config/config.h"
#include "paddock/feed/feed.h"
#include "paddock/fit/judgements.h"
#include "paddock/router/router.h"
#include "paddock/vram/cards.h"
#include "request_watch.h"

namespace paddock::api {

class EventParts {
 public:
  explicit EventParts(std::string version) : version_(std::move(version)) {}

  void see_requests(const RequestWatch::Difference& requests);
  void see_models(const config::Config& config, const router::Status& status, const Insight& insight);
  void see_cards(const vram::Snapshot& snapshot);
  void see_profile(const config::Profile* active);  // null: none

  // Whether some model was loading when models were last seen.
  bool loads() const { return loads_; }
  // What is different since the last call.
  std::vector<feed::Part> take();

 private:
  const std::string version_;
  struct Model {
    router::ModelStatus status;
    std::shared_ptr<const fit::Judgement> fit;
    std::string foreseen{};
    friend bool operator==(const Model&, const Model&) = default;
  };
  std::map<std::string, Model> models_;
  const config::Config* config_ = nullptr;  // only to be compared
  std::string order_;                       // JSON: the ids of the models as in the file
  std::string profile_ = "null";            // JSON
  std::string cards_, problem_;             // JSON of the cards, and why they are old
  bool frozen_ = false, shutting_down_ = false, loads_ = false;
  std::vector<feed::Part> parts_;
};

}  // namespace paddock::api
