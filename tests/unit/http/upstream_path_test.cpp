#include "upstream_path.h"

#include <gtest/gtest.h>

#include <memory>

namespace paddock::http {
namespace {

config::Lookup lookup_of(const std::vector<std::string>& ids) {
  auto config = std::make_shared<config::Config>();
  for (const std::string& id : ids) {
    config::ModelConfig& model = config->models.emplace_back();
    model.id = ModelId(id);
  }
  config->models.front().aliases = {"short", "one/two"};
  return config::Lookup(std::move(config));
}

const std::string kLongest = "0/1/2/3/4/5/6/7/8/9/a/b/c/d/e/f";  // 16 segments

struct Split {
  std::string model, name, last_segment, rest;
  friend bool operator==(const Split&, const Split&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Split& split) {
    return out << "[" << split.model << "] as [" << split.name << "], last [" << split.last_segment
               << "], rest [" << split.rest << "]";
  }
};

Split split(const std::string& target) {
  static const config::Lookup lookup =
      lookup_of({"m", "m/long", "org/model", "a b", "50%", "slash/", kLongest, kLongest + "/g"});
  const UpstreamPath path = split_upstream_path(target, lookup);
  return {path.model == nullptr ? "" : path.model->id.str(), path.name, path.last_segment,
          std::string(path.rest)};
}

TEST(UpstreamPath, FindsTheModel) {
  EXPECT_EQ(split("/upstream/m/v1/x"), (Split{"m", "m", "m", "/v1/x"}));
  EXPECT_EQ(split("/upstream/short/x"), (Split{"m", "short", "short", "/x"}));
  EXPECT_EQ(split("/upstream/one/two/x"), (Split{"m", "one/two", "two", "/x"}));
  EXPECT_EQ(split("/upstream/org/model/x"), (Split{"org/model", "org/model", "model", "/x"}));
}

TEST(UpstreamPath, TheLongestNameWins) {
  EXPECT_EQ(split("/upstream/m/long/x"), (Split{"m/long", "m/long", "long", "/x"}));
  EXPECT_EQ(split("/upstream/m/longer/x"), (Split{"m", "m", "m", "/longer/x"}));
  EXPECT_EQ(split("/upstream/m/long"), (Split{"m/long", "m/long", "long", ""}));
}

TEST(UpstreamPath, NamesMayBeEncoded) {
  EXPECT_EQ(split("/upstream/org%2Fmodel/x"), (Split{"org/model", "org/model", "org%2Fmodel", "/x"}));
  EXPECT_EQ(split("/upstream/org%2fmodel"), (Split{"org/model", "org/model", "org%2fmodel", ""}));
  EXPECT_EQ(split("/upstream/%6D/x"), (Split{"m", "m", "%6D", "/x"}));
  EXPECT_EQ(split("/upstream/a%20b/x"), (Split{"a b", "a b", "a%20b", "/x"}));
  EXPECT_EQ(split("/upstream/a+b/x").model, "") << "a plus is a plus in a path";
  EXPECT_EQ(split("/upstream/50%/x"), (Split{"50%", "50%", "50%", "/x"}));
  EXPECT_EQ(split("/upstream/50%25/x"), (Split{"50%", "50%", "50%25", "/x"}));
}

TEST(UpstreamPath, AQuestionMarkInANameMustBeEncoded) { EXPECT_EQ(split("/upstream/org?/model").model, ""); }

TEST(UpstreamPath, TheRestIsKeptByteForByte) {
  EXPECT_EQ(split("/upstream/m/a%2Fb//c/../d?e=%20+f&g=/upstream/m").rest,
            "/a%2Fb//c/../d?e=%20+f&g=/upstream/m");
  EXPECT_EQ(split("/upstream/m?q=/long/x").rest, "?q=/long/x");
  EXPECT_EQ(split("/upstream/m/?").rest, "/?");
}

TEST(UpstreamPath, ABareNameHasNoRest) {
  EXPECT_EQ(split("/upstream/m"), (Split{"m", "m", "m", ""}));
  EXPECT_EQ(split("/upstream/m/"), (Split{"m", "m", "m", "/"}));
}

TEST(UpstreamPath, UnknownModelsSayWhatWasTried) {
  const Split none = split("/upstream/nobody/v1/x");
  EXPECT_EQ(none.model, "");
  EXPECT_EQ(none.rest, "");
  EXPECT_EQ(split("/upstream/nobody").name, "nobody");
}

TEST(UpstreamPath, StrangeTargetsNameNobody) {
  for (const char* target :
       {"", "/", "/upstream", "/upstream/", "/upstream//", "/upstream//m", "/upstream/?m"})
    EXPECT_EQ(split(target).model, "") << target;
}

TEST(UpstreamPath, SixteenSegmentsAreLookedAt) {
  EXPECT_EQ(split("/upstream/" + kLongest + "/x").model, kLongest);
  EXPECT_EQ(split("/upstream/" + kLongest + "/g/x").model, kLongest) << "17 segments are not looked for";
  EXPECT_EQ(split("/upstream/" + std::string(60'000, '/')).model, "");
}

TEST(UpstreamPath, OnlyWorkIsWorkToTheModel) {
  auto config = std::make_shared<config::Config>();
  config->models.emplace_back().id = ModelId("m");
  config->ignore_paths = {R"(\.js$)", "^/metrics$"};
  const config::Lookup lookup(std::move(config));
  using router::Use;
  EXPECT_EQ(use_of("POST", "/v1/chat/completions", lookup), Use::kWork);
  EXPECT_EQ(use_of("PUT", "/x", lookup), Use::kWork);
  for (const char* method : {"GET", "HEAD", "OPTIONS"})
    EXPECT_EQ(use_of(method, "/props", lookup), Use::kLook);
  EXPECT_EQ(use_of("GET", "/metrics?x=1", lookup), Use::kGlance) << "the query does not count";
  EXPECT_EQ(use_of("GET", "/a%2ejs", lookup), Use::kGlance) << "decoded";
  EXPECT_EQ(use_of("POST", "/a.js", lookup), Use::kGlance) << "any method";
  EXPECT_EQ(use_of("GET", "/metrics/more", lookup), Use::kLook);
}

}  // namespace
}  // namespace paddock::http
