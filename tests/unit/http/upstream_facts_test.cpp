#include "paddock/http/upstream_facts.h"

#include <gtest/gtest.h>

namespace paddock::http {
namespace {

TEST(ReadProps, TakesWhatLlamaServerSays) {
  const auto props = read_props(R"({"default_generation_settings": {"n_ctx": 4096, "id": 0}, "total_slots": 1,
    "modalities": {"vision": true, "audio": false}, "chat_template": "{{}}"})");
  EXPECT_EQ(props, (UpstreamProps{4096, true, false}));
  EXPECT_EQ(read_props(R"({"default_generation_settings": {}})"), UpstreamProps());
}

TEST(ReadProps, IsNotMisledByAnythingElse) {
  for (const char* body : {"", "null", "[]", "{}", "x", R"({"default_generation_settings": 1})",
                           R"({"default_generation_settings": {"n_ctx": 40)"}) {
    EXPECT_EQ(read_props(body), std::nullopt) << body;
  }
  for (const char* number : {"-1", "1.5", "\"7\"", "99999999999999999999999", "4294967296", "true", "null"}) {
    const std::string body = R"({"default_generation_settings": {"n_ctx": )" + std::string(number) +
                             R"(}, "modalities": {"vision": 1, "audio": "yes"}})";
    EXPECT_EQ(read_props(body), UpstreamProps()) << number;
  }
}

TEST(UpstreamFacts, RemembersAndForgets) {
  UpstreamFacts facts;
  EXPECT_EQ(facts.of(ModelId("a")), std::nullopt);
  facts.set(ModelId("a"), {1, false, false});
  facts.set(ModelId("a"), {2, false, true});
  EXPECT_EQ(facts.of(ModelId("a")), (UpstreamProps{2, false, true}));
  facts.forget(ModelId("a"));
  EXPECT_EQ(facts.of(ModelId("a")), std::nullopt);
}

}  // namespace
}  // namespace paddock::http
