#include "openai_entry.h"

#include <gtest/gtest.h>

namespace paddock::api {
namespace {

config::ModelConfig make_model() {
  config::ModelConfig model;
  model.id = ModelId("m");
  return model;
}

OrderedJson listed(const config::ModelConfig& model) { return model_entry(model, {true, 5}); }

TEST(OpenAiEntry, ShowsMetadataInItsOrderAndWithItsTypes) {
  config::ModelConfig model = make_model();
  model.metadata = R"({"zone":"b","limit":3,"nested":{"on":true,"off":null,"list":[1.5,"x"]}})";
  EXPECT_EQ(
      listed(model)["meta"].dump(),
      R"({"llamaswap":{"zone":"b","limit":3,"nested":{"on":true,"off":null,"list":[1.5,"x"]},"type":"model"}})");
}

TEST(OpenAiEntry, OwnMembersWinOverMetadata) {
  config::ModelConfig model = make_model();
  model.aliases = {"x"};
  model.metadata = R"({"type":"mine","aliases":"mine","modelID":"mine"})";
  EXPECT_EQ(listed(model)["meta"]["llamaswap"],
            OrderedJson::parse(R"({"type":"model","aliases":["x"],"modelID":"mine"})"));
}

TEST(OpenAiEntry, ShowsCapabilities) {
  config::ModelConfig model = make_model();
  model.capabilities = {{"text", "image"}, {"text"}, true, false, 32000};
  EXPECT_EQ(listed(model), OrderedJson::parse(R"({"id": "m", "object": "model", "created": 5,
    "owned_by": "paddock",
    "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"],
                     "modality": "text+image->text"},
    "capabilities": {"vision": true, "function_calling": true},
    "supported_parameters": ["tools", "tool_choice"], "context_length": 32000,
    "meta": {"llamaswap": {"type": "model"}, "n_ctx": 32000}, "status": {"value": "loaded"}})"));
}

TEST(OpenAiEntry, KnowsWhatInAndOutMeanTogether) {
  const auto abilities = [](std::vector<std::string> in, std::vector<std::string> out) {
    config::ModelConfig model = make_model();
    model.capabilities.in = std::move(in);
    model.capabilities.out = std::move(out);
    return listed(model).value("capabilities", OrderedJson()).dump();
  };
  EXPECT_EQ(abilities({"audio"}, {"text"}), R"({"audio_transcriptions":true})");
  EXPECT_EQ(abilities({"text"}, {"audio"}), R"({"audio_speech":true})");
  EXPECT_EQ(abilities({"text"}, {"image"}), R"({"image_generation":true})");
  EXPECT_EQ(abilities({"image"}, {"image"}), R"({"vision":true,"image_to_image":true})");
  EXPECT_EQ(abilities({"text"}, {"text"}), "null");
  EXPECT_EQ(abilities({"image"}, {}), R"({"vision":true})");
  config::ModelConfig model = make_model();
  model.capabilities.reranker = true;
  EXPECT_EQ(listed(model)["capabilities"].dump(), R"({"reranker":true})");
  EXPECT_FALSE(listed(model).contains("architecture"));
  EXPECT_FALSE(listed(model).contains("supported_parameters"));
  EXPECT_FALSE(listed(model).contains("context_length"));
}

TEST(OpenAiEntry, CapabilitiesReplaceMetadataOfTheSameName) {
  config::ModelConfig model = make_model();
  model.metadata =
      R"({"architecture":1,"capabilities":2,"supported_parameters":3,"context_length":4,"other":5})";
  EXPECT_EQ(listed(model)["meta"]["llamaswap"].size(), 6u);
  model.capabilities.context = 9;
  EXPECT_EQ(listed(model)["meta"]["llamaswap"].dump(), R"({"other":5,"type":"model"})");
}

TEST(OpenAiEntry, AnAliasIsACopyThatSaysSo) {
  config::ModelConfig model = make_model();
  model.name = "The M";
  model.aliases = {"x"};
  model.metadata = R"({"a":1})";
  EXPECT_EQ(alias_entry(model, "x", {false, 5}), OrderedJson::parse(R"({"id": "x", "object": "model",
    "created": 5, "owned_by": "paddock", "name": "The M",
    "meta": {"llamaswap": {"a": 1, "type": "alias", "modelID": "m"}}, "status": {"value": "unloaded"}})"));
}

}  // namespace
}  // namespace paddock::api
