// LiveConfig: the configuration in force, what was found in it, and what was last rejected in its place; and
// all that as people see it. It holds and describes; what a new one changes is the daemon's business.
// Thread-safe but for on_reload(), on_question() and on_write(), which are called before anybody else has it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "changes.h"
#include "paddock/api/config_desk.h"
#include "paddock/config/current.h"
#include "paddock/config/load.h"
#include "thinker.h"

namespace paddock::app {

class ConfigWriter;

class LiveConfig final : public api::ConfigDesk {
 public:
  using Done = std::function<void(Reloaded)>;

  // `first` has a configuration.
  LiveConfig(config::LoadResult first, bool watched);
  void on_reload(std::function<void(Done)> reload) { reload_ = std::move(reload); }

  // Takes a question to where nobody waits for it; any thread.
  using Ask = std::function<void(Thinker::Question, Thinker::Answered)>;
  void on_question(Ask about_texts, Ask about_pairs) {
    about_texts_ = std::move(about_texts);
    about_pairs_ = std::move(about_pairs);
  }

  // `writer` outlives whoever asks.
  void on_write(const ConfigWriter& writer) { writer_ = &writer; }

  const config::Current& current() const { return current_; }
  std::shared_ptr<const config::Config> config() const;
  std::vector<config::Diagnostic> findings() const;

  // `result` has a configuration.
  void accept(config::LoadResult result);
  void reject(std::vector<config::Diagnostic> findings);

  std::string description() const override;
  void reload(Done done) override { reload_(std::move(done)); }
  void check(std::string text, Answered answered) override;
  void together(Answered answered) override;
  void file(Replied replied) override;
  void write(std::string text, std::string if_match, Replied replied) override;

 private:
  struct Rejected {
    std::chrono::system_clock::time_point at;
    std::vector<config::Diagnostic> findings;
  };

  const bool watched_;
  std::function<void(Done)> reload_;
  Ask about_texts_;
  Ask about_pairs_;
  const ConfigWriter* writer_ = nullptr;
  config::Current current_;
  mutable std::mutex mutex_;  // guards what follows
  std::vector<config::Diagnostic> findings_;
  std::chrono::system_clock::time_point loaded_;
  std::optional<Rejected> rejected_;
};

// The answers of POST /api/config/reload.
api::ConfigDesk::Reloaded applied(const Changes& changes, const std::vector<config::Diagnostic>& findings);
api::ConfigDesk::Reloaded not_applied(const std::string& why,
                                      const std::vector<config::Diagnostic>& findings);

}  // namespace paddock::app
