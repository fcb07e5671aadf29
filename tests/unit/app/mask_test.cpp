#include "mask.h"

#include <gmock/gmock.h>

namespace paddock::app {
namespace {

using testing::ElementsAre;

TEST(Mask, Environment) {
  EXPECT_EQ(mask_env("HF_TOKEN=abc"), "HF_TOKEN=***");
  EXPECT_EQ(mask_env("openai_api_key=a=b"), "openai_api_key=***");
  EXPECT_EQ(mask_env("DB_PASSWORD="), "DB_PASSWORD=***");
  EXPECT_EQ(mask_env("MySecret=x"), "MySecret=***");
  EXPECT_EQ(mask_env("CUDA_VISIBLE_DEVICES=0"), "CUDA_VISIBLE_DEVICES=0");
  EXPECT_EQ(mask_env("A=TOKEN=1"), "A=TOKEN=1");
}

TEST(Mask, Words) {
  EXPECT_THAT(mask_words({"x", "--api-key", "s", "--port", "1"}),
              ElementsAre("x", "--api-key", "***", "--port", "1"));
  EXPECT_THAT(mask_words({"--api-key=s", "--hf-token", "t", "-hft", "u"}),
              ElementsAre("--api-key=***", "--hf-token", "***", "-hft", "***"));
  EXPECT_THAT(mask_words({"env", "HF_TOKEN=s", "docker", "-eMY_KEY=s", "--env=A_SECRET=s"}),
              ElementsAre("env", "HF_TOKEN=***", "docker", "-eMY_KEY=***", "--env=A_SECRET=***"));
  EXPECT_THAT(mask_words({"--api-key"}), ElementsAre("--api-key"));
  // A secret that looks like a flag hides nothing behind it.
  EXPECT_THAT(mask_words({"--api-key", "--token", "x"}), ElementsAre("--api-key", "***", "x"));
}

TEST(Mask, WhatOnlyLooksLikeSecrets) {
  const std::vector<std::string> words = {"--max-tokens",  "100", "--api-key-file", "/k", "--override-kv",
                                          "tokenizer.x=1", "key", "--keyring=a"};
  EXPECT_EQ(mask_words(words), words);
}

TEST(Mask, CommandsKeepTheirLook) {
  const std::string text = "llama-server \\\n  --port ${PORT}  'a b'\n";
  EXPECT_EQ(mask_command(text), text);
  EXPECT_EQ(mask_command(""), "");
}

TEST(Mask, Commands) {
  EXPECT_EQ(mask_command("a --api-key 'my secret' --port ${PORT} 'it'\\''s'"),
            "a --api-key *** --port ${PORT} 'it'\\''s'");
  EXPECT_EQ(mask_command("sh -c 'x --api-key s --port 1'"), "sh -c 'x --api-key *** --port 1'");
  EXPECT_EQ(mask_command("x --api-key 's"), "***");
}

}  // namespace
}  // namespace paddock::app
