// Every address that a frontend, a coding agent or an image tool calls reaches the model, at the path that
// the model's server knows.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

struct Case {
  const char* path;
  const char* sent = nullptr;  // where it is another
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.path; }

class PostRoutes : public ::testing::TestWithParam<Case> {};

TEST_P(PostRoutes, ReachTheModel) {
  TestDaemon daemon(config_with({{"a"}}));
  const auto& [path, sent] = GetParam();
  post(daemon.port(), path, R"({"model": "a"})");
  EXPECT_EQ(daemon.records().wait_for("head", "a")["target"], sent != nullptr ? sent : path);
  EXPECT_EQ(daemon.records().wait_for("request", "a")["body"], R"({"model": "a"})");
}

INSTANTIATE_TEST_SUITE_P(
    All, PostRoutes,
    ::testing::Values(Case{"/v1/responses"}, Case{"/v1/messages"}, Case{"/v1/messages/count_tokens"},
                      Case{"/v1/rerank"}, Case{"/rerank"}, Case{"/reranking"}, Case{"/v1/reranking"},
                      Case{"/completion"}, Case{"/infill"}, Case{"/tokenize"}, Case{"/detokenize"},
                      Case{"/apply-template"}, Case{"/v1/audio/speech"}, Case{"/v1/audio/transcriptions"},
                      Case{"/v1/audio/translations"}, Case{"/v1/images/generations"},
                      Case{"/v1/images/edits"}, Case{"/v1/images/variations"}, Case{"/sdapi/v1/txt2img"},
                      Case{"/sdapi/v1/img2img"}, Case{"/audioapi/v1/tasks/run", "/v1/tasks/run"},
                      Case{"/v/chat/completions", "/chat/completions"},
                      Case{"/v/messages/count_tokens", "/messages/count_tokens"},
                      Case{"/v/rerank?x=1", "/rerank?x=1"}));

class GetRoutes : public ::testing::TestWithParam<const char*> {};

TEST_P(GetRoutes, FindTheirModelInTheQuery) {
  TestDaemon daemon(config_with({{"a", "", "aliases: ['x/y']"}}));
  const std::string path = GetParam();
  get(daemon.port(), path + "?b=1&model=x%2Fy&c");
  EXPECT_EQ(daemon.records().wait_for("head", "a")["target"], path + "?b=1&model=x%2Fy&c");
  EXPECT_EQ(get(daemon.port(), path).error_code(), "model_missing");
}

INSTANTIATE_TEST_SUITE_P(All, GetRoutes,
                         ::testing::Values("/props", "/slots", "/v1/audio/voices", "/sdapi/v1/loras",
                                           "/sdapi/v1/samplers", "/sdapi/v1/progress"));

TEST(QueryRoutes, TheNameInTheQueryIsReplacedWhereThePathIsShortened) {
  TestDaemon daemon(config_with({{"a", "", "useModelName: real"}}));
  post(daemon.port(), "/v/rerank?x=1&model=a&y");
  EXPECT_EQ(daemon.records().wait_for("head", "a")["target"], "/rerank?x=1&model=real&y");
}

TEST(ComfyUi, BelongsToTheModelOfThatNameAndOnlyItsPageLoadsIt) {
  TestDaemon daemon(config_with({{"comfyui_auto"}}));
  EXPECT_EQ(get(daemon.port(), "/comfyui").head.header("Location"), "comfyui/");
  EXPECT_EQ(get(daemon.port(), "/comfyui/queue").error_code(), "not_loaded");
  EXPECT_EQ(daemon.records().count("started"), 0u);
  get(daemon.port(), "/comfyui/?x=%2F");
  EXPECT_EQ(daemon.records().wait_for("head", "comfyui_auto")["target"], "/?x=%2F");
  get(daemon.port(), "/comfyui/echo/a%2Fb");
  EXPECT_EQ(daemon.records().wait_for("head", "comfyui_auto", 2)["target"], "/echo/a%2Fb");
}

TEST(ComfyUi, IsNotThereWithoutSuchAModel) {
  TestDaemon daemon(config_with({{"a"}}));
  EXPECT_EQ(get(daemon.port(), "/comfyui/").status(), 404);
}

}  // namespace
}  // namespace paddock::test
