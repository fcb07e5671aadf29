#include "openai_entry.h"

#include <gtest/gtest.h>

namespace paddock::api {
namespace {

config::ModelConfig make_model() {
  config::ModelConfig model;
  model.id = ModelId("m");
  return model;
}

OrderedJson listed(const config::ModelConfig& model) {
  return model_entry(model, {LoadState::kLoaded, false, {}, 5, config::command_facts(model)});
}

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
  EXPECT_EQ(alias_entry(model, "x", {LoadState::kUnloaded, false, {}, 5}),
            OrderedJson::parse(R"({"id": "x", "object": "model",
    "created": 5, "owned_by": "paddock", "name": "The M",
    "meta": {"llamaswap": {"a": 1, "type": "alias", "modelID": "m"}}, "status": {"value": "unloaded"}})"));
}

TEST(OpenAiEntry, CompletesCapabilitiesFromTheCommand) {
  config::ModelConfig model = make_model();
  model.argv = {{"llama-server"}, {"-c"}, {"8192"}, {"--mmproj"}, {"p.gguf"}};
  const OrderedJson json = listed(model);
  EXPECT_EQ(json["context_length"], 8192);
  EXPECT_EQ(json["meta"]["n_ctx"], 8192);
  EXPECT_EQ(json["architecture"]["modality"], "text+image->text");
  EXPECT_EQ(json["capabilities"].dump(), R"({"vision":true})");
  model.argv = {{"llama-server"}, {"--embedding"}};
  EXPECT_EQ(listed(model)["capabilities"].dump(), R"({"embeddings":true})");
  model.argv = {{"llama-server"}, {"--embedding"}, {"--reranking"}};
  EXPECT_EQ(listed(model)["capabilities"].dump(), R"({"reranker":true})");
}

TEST(OpenAiEntry, StatusInTheWordsOfLlamaCpp) {
  const auto status = [](const EntryFacts& facts) {
    return model_entry(make_model(), facts)["status"].dump();
  };
  EXPECT_EQ(status({LoadState::kUnloaded, false, {}, 5}), R"({"value":"unloaded"})");
  EXPECT_EQ(status({LoadState::kLoading, false, {}, 5}), R"({"value":"loading"})");
  EXPECT_EQ(status({LoadState::kLoaded, false, {}, 5}), R"({"value":"loaded"})");
  EXPECT_EQ(status({LoadState::kUnloaded, true, 3, 5}),
            R"({"value":"unloaded","failed":true,"exit_code":3})");
  EXPECT_EQ(status({LoadState::kUnloaded, true, {}, 5}), R"({"value":"unloaded","failed":true})");
}

TEST(EntryFacts, OfEachState) {
  router::ModelStatus status;
  const auto state = [&](router::ModelState now) {
    status.state = now;
    return entry_facts(&status, 5).state;
  };
  EXPECT_EQ(state(router::ModelState::kStopped), LoadState::kUnloaded);
  EXPECT_EQ(state(router::ModelState::kStarting), LoadState::kLoading);
  EXPECT_EQ(state(router::ModelState::kReady), LoadState::kLoaded);
  EXPECT_EQ(state(router::ModelState::kStopping), LoadState::kUnloaded);
  EXPECT_EQ(entry_facts(nullptr, 5).state, LoadState::kUnloaded);
}

TEST(EntryFacts, AFailureIsToldUntilTheNextLaunch) {
  router::ModelStatus status;
  status.launches.resize(2);
  status.launches[1].failure.kind = "exit";
  EXPECT_FALSE(entry_facts(&status, 5).failed) << "an older one";
  status.launches[0].failure.kind = "file_missing";
  status.launches[0].failure.exit = 7;
  EXPECT_TRUE(entry_facts(&status, 5).failed);
  EXPECT_EQ(entry_facts(&status, 5).exit_code, 7);
  status.state = router::ModelState::kStarting;
  EXPECT_FALSE(entry_facts(&status, 5).failed);
}

}  // namespace
}  // namespace paddock::api
