// Listings, details, versions and errors.
#include "paddock/ollama/views.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace paddock::ollama {
namespace {

using Json = nlohmann::ordered_json;

constexpr WallTime kNewYear{std::chrono::seconds(1767225600)};

Model model(const std::string& id) {
  Model one;
  one.id = id;
  one.modified = kNewYear;
  return one;
}

TEST(OllamaTags, ListNamesWithATag) {
  const std::vector<Model> models{model("a"), model("b:7b"), model("org/c")};
  const Json list = Json::parse(tags(models))["models"];
  ASSERT_EQ(list.size(), 3);
  EXPECT_EQ(list[0]["name"], "a:latest");
  EXPECT_EQ(list[0]["model"], "a:latest");
  EXPECT_EQ(list[1]["model"], "b:7b");
  EXPECT_EQ(list[2]["model"], "org/c:latest");
  EXPECT_EQ(tags({}), "{\"models\":[]}\n");
}

TEST(OllamaTags, SayWhatIsKnown) {
  Model one = model("a");
  one.size = 5;
  one.family = "gemma3";
  one.parameter_size = "4.3B";
  one.quantization = "Q4_K_M";
  Json entry = Json::parse(tags(std::vector<Model>{one}))["models"][0];
  EXPECT_EQ(entry["digest"].get<std::string>().size(), 64);
  entry.erase("digest");
  EXPECT_EQ(entry,
            Json::parse(R"({"name":"a:latest","model":"a:latest","modified_at":"2026-01-01T00:00:00.000Z",
      "size":5,"details":{"parent_model":"","format":"gguf","family":"gemma3","families":["gemma3"],
      "parameter_size":"4.3B","quantization_level":"Q4_K_M"}})"));
}

TEST(OllamaTags, ADigestIsThatOfTheId) {
  const Json list = Json::parse(tags(std::vector<Model>{model("a"), model("b")}))["models"];
  EXPECT_NE(list[0]["digest"], list[1]["digest"]);
  EXPECT_EQ(list[0]["digest"], Json::parse(tags(std::vector<Model>{model("a")}))["models"][0]["digest"]);
}

TEST(OllamaTags, TwoIdsNeverHaveOneName) {
  const Json list = Json::parse(tags(std::vector<Model>{model("a"), model("a:latest")}))["models"];
  EXPECT_EQ(list[0]["name"], "a");
  EXPECT_EQ(list[1]["name"], "a:latest");
}

TEST(OllamaShow, HasDetailsContextAndCapabilities) {
  Model one = model("a");
  one.family = "qwen3";
  one.context = 32768;
  one.tools = one.vision = one.thinking = true;
  const Json json = Json::parse(show(one));
  EXPECT_EQ(json["details"]["family"], "qwen3");
  EXPECT_EQ(json["model_info"], Json::parse(R"({"general.architecture":"qwen3","general.basename":"a",
      "qwen3.context_length":32768})"));
  EXPECT_EQ(json["capabilities"], Json::parse(R"(["completion","tools","vision","thinking"])"));
  EXPECT_EQ(json["modified_at"], "2026-01-01T00:00:00.000Z");
  for (const char* text : {"license", "modelfile", "parameters", "template"}) EXPECT_EQ(json[text], "");
}

TEST(OllamaShow, OfAModelOfWhichLittleIsKnown) {
  Model one = model("a");
  one.completion = false;
  one.embedding = one.insert = true;
  const Json json = Json::parse(show(one));
  EXPECT_EQ(json["capabilities"], Json::parse(R"(["insert","embedding"])"));
  EXPECT_EQ(json["model_info"], Json::parse(R"({"general.architecture":"unknown","general.basename":"a"})"));
}

TEST(OllamaPs, ListsWhatRuns) {
  Running stays{model("a"), 0, std::nullopt};
  Running leaves{model("b:7b"), 77, kNewYear};
  leaves.model.context = 4096;
  const Json list = Json::parse(ps(std::vector<Running>{stays, leaves}))["models"];
  EXPECT_EQ(list[0]["name"], "a:latest");
  EXPECT_EQ(list[0]["size_vram"], 0);
  EXPECT_EQ(list[0]["context_length"], 0);
  EXPECT_EQ(list[0]["expires_at"], "2300-01-01T00:00:00.000Z");
  EXPECT_EQ(list[1]["size_vram"], 77);
  EXPECT_EQ(list[1]["context_length"], 4096);
  EXPECT_EQ(list[1]["expires_at"], "2026-01-01T00:00:00.000Z");
  EXPECT_FALSE(list[1].contains("modified_at"));
}

TEST(OllamaVersion, IsThatOfBothProducts) {
  EXPECT_EQ(
      Json::parse(version({"1.2.3-dev", "abc", ""})),
      Json::parse(R"({"version":"0.12.6","commit":"abc","paddock":{"version":"1.2.3-dev","commit":"abc"}})"));
  EXPECT_EQ(Json::parse(version({"1", "abc", "today"}))["build_date"], "today");
}

TEST(OllamaIdle, AnswersEachCallInItsForm) {
  Request request;
  request.model = "m:latest";
  request.deed = Deed::kLoad;
  EXPECT_EQ(
      idle_answer(request, kNewYear),
      R"({"model":"m:latest","created_at":"2026-01-01T00:00:00.000Z","message":{"role":"assistant","content":""},)"
      R"("done":true,"done_reason":"load"})"
      "\n");
  request.call = Call::kGenerate;
  request.deed = Deed::kUnload;
  EXPECT_EQ(idle_answer(request, kNewYear),
            R"({"model":"m:latest","created_at":"2026-01-01T00:00:00.000Z","response":"","done":true,)"
            R"("done_reason":"unload"})"
            "\n");
  request.call = Call::kEmbed;
  EXPECT_EQ(idle_answer(request, kNewYear), "{\"model\":\"m:latest\",\"embeddings\":[]}\n");
  request.call = Call::kEmbeddings;
  EXPECT_EQ(idle_answer(request, kNewYear), "{\"embedding\":[]}\n");
}

TEST(OllamaError, IsOneSentenceWhateverItsBytes) {
  EXPECT_EQ(error("no \"x\""), "{\"error\":\"no \\\"x\\\"\"}\n");
  EXPECT_EQ(error("\xff"), "{\"error\":\"\xef\xbf\xbd\"}\n");
}

TEST(OllamaNotOffered, NamesWhatThereIsNot) {
  EXPECT_EQ(not_offered("/api/pull"),
            "paddock does not pull models; its models are those of its configuration");
  for (const char* path : {"/api/push", "/api/create", "/api/copy", "/api/delete", "/api/blobs/sha256:1"}) {
    EXPECT_FALSE(not_offered(path).empty()) << path;
  }
  for (const char* path : {"/api/tags", "/api/pulls", "/api", ""}) EXPECT_EQ(not_offered(path), "") << path;
}

}  // namespace
}  // namespace paddock::ollama
