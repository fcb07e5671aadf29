#include "yaml_text.h"

#include <gtest/gtest.h>

#include "paddock/config/load.h"

namespace paddock::app {
namespace {

using Json = nlohmann::ordered_json;

TEST(YamlText, Blocks) {
  const Json value =
      Json::parse(R"({"b": {"x": 1, "z": [true, null, "t"]}, "a": [], "c": {}, "d": [{"k": 1.5}]})");
  EXPECT_EQ(to_yaml(value), R"(b:
  x: 1
  z:
    - true
    - null
    - t
a: []
c: {}
d:
  -
    k: 1.5
)");
}

TEST(YamlText, WordsThatMeanSomethingAreQuoted) {
  const Json value = {"yes", "No", "null", "1", "1e3",  "",       "a b",
                      "a:b", "#x", "~",    "-", "v1.5", "/a-b_c", "${PORT}"};
  EXPECT_EQ(to_yaml(value), R"(- "yes"
- "No"
- "null"
- "1"
- "1e3"
- ""
- "a b"
- "a:b"
- "#x"
- "~"
- "-"
- v1.5
- /a-b_c
- "${PORT}"
)");
  EXPECT_EQ(to_yaml(Json{{"on", 1}, {"a b", 2}}), "\"on\": 1\n\"a b\": 2\n");
}

TEST(YamlText, SeveralLines) {
  EXPECT_EQ(to_yaml(Json{{"a", "x\n  # y\n\nz\n"}, {"b", "x\ny"}}),
            "a: |\n  x\n    # y\n\n  z\nb: |-\n  x\n  y\n");
}

// Every text comes back as it was, through the reader that the file goes through.
TEST(YamlText, ReadsBackTheSame) {
  for (const std::string text :
       {"a\nb", "a\nb\n", "a\n\n", " a\nb", "\na\n", "a\n b ", "a\tb", "\tx\ny", "\"q\" 'r' \\ \x01 \xc3\xa4",
        "- a\n- b: c", "true", "007", "a #b", "%x", "@y", "...", "---", "a\n---\nb"}) {
    const Json file = {{"models", {{"m", {{"cmd", "x ${PORT}"}, {"description", text}}}}}};
    const config::LoadResult loaded =
        config::load_text(to_yaml(file), "c.yaml", [](const std::string&) { return std::nullopt; });
    ASSERT_NE(loaded.config, nullptr) << to_yaml(file);
    EXPECT_EQ(loaded.config->models[0].description, text) << to_yaml(file);
  }
}

}  // namespace
}  // namespace paddock::app
