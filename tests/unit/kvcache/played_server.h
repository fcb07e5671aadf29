// An engine with slots, played by the test: it writes files like a llama-server's into the folder it was
// given.
#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "paddock/kvcache/server.h"

namespace paddock::test {

// What outlives the connections to it. Set before it is used, looked at when nothing runs.
struct PlayedEngine {
  std::string folder;  // with a slash at the end
  std::string build_info = "b1";
  std::vector<kvcache::Slot> slots;
  std::vector<std::vector<std::uint32_t>> conversations;   // of each slot
  std::optional<kvcache::Refusal> lists, saves, restores;  // refused
  bool cuts_files = false;                                 // writes half of what it says
  std::function<void()> on_save;                           // before it answers
  std::vector<std::string> calls;
};

inline std::string numbers(const std::vector<std::uint32_t>& list) {
  std::string out;
  for (const std::uint32_t number : list) {
    for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(number >> shift);
  }
  return out;
}

inline std::string slot_file(const std::vector<std::uint32_t>& tokens) {
  return numbers({0x67677371, 2, static_cast<std::uint32_t>(tokens.size())}) + numbers(tokens) +
         std::string(10 * tokens.size(), 'k');
}

class PlayedServer final : public kvcache::Server {
 public:
  explicit PlayedServer(PlayedEngine& engine) : engine_(engine) {}

  Result<std::vector<kvcache::Slot>, kvcache::Refusal> slots(TimePoint) override {
    if (engine_.lists) return *engine_.lists;
    return engine_.slots;
  }
  std::string build(TimePoint) override { return engine_.build_info; }
  Result<kvcache::Moved, kvcache::Refusal> save(std::int64_t slot, const std::string& file,
                                                TimePoint) override {
    engine_.calls.push_back("save " + std::to_string(slot));
    if (engine_.on_save) engine_.on_save();
    if (engine_.saves) return *engine_.saves;
    const auto& tokens = engine_.conversations.at(static_cast<std::size_t>(slot));
    const std::string whole = slot_file(tokens);
    std::ofstream(engine_.folder + file, std::ios::binary)
        << (engine_.cuts_files ? whole.substr(0, whole.size() / 2) : whole);
    return kvcache::Moved{tokens.size(), whole.size()};
  }
  Result<kvcache::Moved, kvcache::Refusal> restore(std::int64_t slot, const std::string& file,
                                                   TimePoint) override {
    engine_.calls.push_back("restore " + std::to_string(slot) + " " + file);
    if (engine_.restores) return *engine_.restores;
    std::ifstream in(engine_.folder + file, std::ios::binary | std::ios::ate);
    if (!in) return kvcache::Refusal{false, "no such file"};
    const auto size = static_cast<std::uint64_t>(in.tellg());
    return kvcache::Moved{(size - 12) / 14, size};
  }

 private:
  PlayedEngine& engine_;
};

}  // namespace paddock::test
