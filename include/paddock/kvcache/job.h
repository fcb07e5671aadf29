// Jobs: all that is done with the slots of one launch, before it is let in and before it is stopped.
// Blocking, up to their time; for threads that nobody waits for. They end early, with what they have, once
// `given_up`.
//
// A fingerprint is a hash over the key of the command (its words, its environment, and size and time of
// change of every file that it names: model, projector, draft, LoRA), the engine's build, its slots and their
// context. It changes with more than it must, so a cache may be lost by a change that does not matter to it,
// and never means something else to the engine than when it was written.
//
// Nothing that goes wrong here fails a request: it becomes a sentence in the report.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/ids.h"
#include "paddock/kvcache/folder.h"
#include "paddock/kvcache/server.h"

namespace paddock::kvcache {

struct Settings {
  std::string root;
  std::uint64_t min_tokens = 2048;  // of a slot that is worth a file
  Limits limits{};
  Duration timeout = std::chrono::seconds(10);  // for saving, and again for restoring
};

// One launch, and who it is.
struct Job {
  ModelId model;
  Generation generation;
  Settings settings;
  std::function<std::string()> command_key;  // may be slow
  TimePoint until{};
};

struct Report {
  std::size_t slots = 0;     // that were saved or restored
  std::uint64_t tokens = 0;  // in them
  std::uint64_t bytes = 0;
  std::vector<std::uint64_t> held{};    // the tokens of each of those slots
  std::vector<std::string> problems{};  // sentences, for the log
  std::string off{};                    // why this build is left alone; empty: it is not
};

Fingerprint fingerprint_of(const std::string& command_key, const std::string& build,
                           const std::vector<Slot>& slots);

Report save(const Job& job, Server& server, const std::atomic<bool>& given_up);
Report restore(const Job& job, Server& server, const std::atomic<bool>& given_up);

}  // namespace paddock::kvcache
