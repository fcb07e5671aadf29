// The rules of masking by name.
#include "paddock/config/mask.h"

#include <gmock/gmock.h>

namespace paddock::config {
namespace {

using testing::ElementsAre;

TEST(MaskEnv, HidesValuesWhoseNameSaysSo) {
  for (const char* name : {"API_KEY", "hf_token", "MySecretThing", "PGPASSWORD", "KEY"}) {
    EXPECT_EQ(mask_env(std::string(name) + "=abc=d"), std::string(name) + "=***");
  }
  EXPECT_EQ(mask_env("PATH=/bin:key"), "PATH=/bin:key");
  EXPECT_EQ(mask_env("API_KEY="), "API_KEY=");
  EXPECT_EQ(mask_env("API_KEY"), "API_KEY");
  EXPECT_EQ(mask_env(""), "");
  EXPECT_EQ(mask_env(mask_env("API_KEY=abc")), "API_KEY=***");
}

TEST(MaskWords, HideTheWordAfterTheFlag) {
  EXPECT_THAT(mask_words({"x", "--api-key", "abc", "d", "--api-key=e f", "--api-key-file", "g"}),
              ElementsAre("x", "--api-key", "***", "d", "--api-key=***", "--api-key-file", "g"));
  // A secret that looks like a flag hides nothing behind it.
  EXPECT_THAT(mask_words({"x", "--api-key", "--token", "abc"}), ElementsAre("x", "--api-key", "***", "abc"));
  EXPECT_THAT(mask_words({"x", "--api-key"}), ElementsAre("x", "--api-key"));
  EXPECT_THAT(mask_words({}), ElementsAre());
}

TEST(MaskCommand, KeepsEverythingElseAsWritten) {
  EXPECT_EQ(mask_command("x  'a b' --api-key 'abc def'\n  -c \\\n  1"),
            "x  'a b' --api-key ***\n  -c \\\n  1");
  EXPECT_EQ(mask_command("x --api-key=\"abc def\" y"), "x --api-key=*** y");
  EXPECT_EQ(mask_command("x --api'-'key abc"), "x --api'-'key ***");
  EXPECT_EQ(mask_command("x --api-key \\\n  abc \\\n  y"), "x --api-key \\\n  *** \\\n  y");
  EXPECT_EQ(mask_command("x\n# --api-key old\n--api-key\nnew\n"), "x\n# --api-key old\n--api-key\n***\n");
  EXPECT_EQ(mask_command("x -v"), "x -v");
  EXPECT_EQ(mask_command(""), "");
}

TEST(MaskWords, OtherFlagsAndVariablesToo) {
  EXPECT_THAT(mask_words({"--api-key=s", "--hf-token", "t", "-hft", "u"}),
              ElementsAre("--api-key=***", "--hf-token", "***", "-hft", "***"));
  EXPECT_THAT(mask_words({"env", "HF_TOKEN=s", "docker", "-eMY_KEY=s", "--env=A_SECRET=s"}),
              ElementsAre("env", "HF_TOKEN=***", "docker", "-eMY_KEY=***", "--env=A_SECRET=***"));
}

TEST(MaskWords, WhatOnlyLooksLikeSecrets) {
  const std::vector<std::string> words = {"--max-tokens",  "100", "--api-key-file", "/k", "--override-kv",
                                          "tokenizer.x=1", "key", "--keyring=a"};
  EXPECT_EQ(mask_words(words), words);
}

TEST(MaskWords, ManyEqualSignsCostLittle) {
  std::string word = "-a";
  for (int i = 0; i < 100000; ++i) word += "=a";
  EXPECT_THAT(mask_words({word}), ElementsAre(word));
}

TEST(MaskCommand, LooksIntoCommandsInCommands) {
  EXPECT_EQ(mask_command("sh -c 'x --api-key s --port 1'"), "sh -c 'x --api-key *** --port 1'");
}

TEST(MaskCommand, HidesOneThatCannotBeSplit) { EXPECT_EQ(mask_command("x --api-key abc 'y"), "***"); }

}  // namespace
}  // namespace paddock::config
