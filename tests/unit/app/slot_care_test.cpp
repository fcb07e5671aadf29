#include "slot_care.h"

#include <gtest/gtest.h>

#include "paddock/config/load.h"

namespace paddock::app {
namespace {

config::Config config_with(const std::string& keys) {
  const std::string text = "stateDir: /state\nkvCache: {save: auto}\nmodels:\n  m: {" + keys + "}\n";
  const auto loaded = config::load_text(text, "config.yaml", [](const std::string&) { return std::nullopt; });
  EXPECT_TRUE(loaded.config) << text;
  return *loaded.config;
}

std::string variable(const std::string& keys) {
  const config::Config config = config_with(keys);
  return slot_variable(config, config.models.at(0));
}

const std::string kFolder = "LLAMA_ARG_SLOT_SAVE_PATH=/state/kvcache/m/";

TEST(SlotCare, AutoIsForLlamaServers) {
  EXPECT_EQ(variable("cmd: 'llama-server --port ${PORT}'"), kFolder);
  EXPECT_EQ(variable("cmd: '/opt/bin/llama-server-vulkan --port ${PORT}'"), kFolder);
  EXPECT_EQ(variable("cmd: \"sh -c 'exec llama-server --port ${PORT}'\""), kFolder);
  EXPECT_EQ(variable("cmd: 'sd-server --port ${PORT}'"), "");
  EXPECT_EQ(variable("cmd: 'docker run --rm image llama-server --port ${PORT}'"), "");
}

TEST(SlotCare, OnIsForWhateverIsStarted) {
  EXPECT_EQ(variable("cmd: 'start-it ${PORT}', kvCache: {save: on}"), kFolder);
  EXPECT_EQ(variable("cmd: 'llama-server ${PORT}', kvCache: {save: off}"), "");
  EXPECT_EQ(variable("cmd: 'llama-server ${PORT}', detached: true, cmdStop: x"), "");
}

TEST(SlotCare, AFolderOfItsOwnIsLeftAlone) {
  EXPECT_EQ(variable("cmd: 'llama-server --slot-save-path /mine --port ${PORT}'"), "");
  EXPECT_EQ(variable("cmd: 'llama-server --port ${PORT}', env: ['LLAMA_ARG_SLOT_SAVE_PATH=/mine']"), "");
}

TEST(SlotCare, TheFilesSettingsAreUsed) {
  const auto config = std::make_shared<const config::Config>(
      config_with("cmd: 'llama-server ${PORT}', kvCache: {dir: /d, minTokens: 9, maxDisk: 1GiB, maxAge: 2h, "
                  "timeout: 3s}"));
  const auto care = slot_care(config, ModelId("m"));
  ASSERT_TRUE(care);
  EXPECT_EQ(care->settings.root, "/d");
  EXPECT_EQ(care->settings.min_tokens, 9u);
  EXPECT_EQ(care->settings.limits.bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(care->settings.limits.age, std::chrono::hours(2));
  EXPECT_EQ(care->settings.timeout, std::chrono::seconds(3));
  EXPECT_EQ(care->command_key().size(), 64u);
  EXPECT_FALSE(slot_care(config, ModelId("gone")));
}

}  // namespace
}  // namespace paddock::app
