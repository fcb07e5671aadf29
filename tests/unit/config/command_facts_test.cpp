#include "paddock/config/command_facts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace paddock::config {
namespace {

ModelConfig with(const std::vector<std::string>& words, const std::vector<std::string>& env = {}) {
  ModelConfig model;
  for (const std::string& word : words) model.argv.push_back({word});
  for (const std::string& one : env) model.env.push_back({one});
  return model;
}

int context(const std::vector<std::string>& words, const std::vector<std::string>& env = {}) {
  return command_facts(with(words, env)).context;
}

TEST(CommandFacts, ContextInTheSpellingsOfTheEngines) {
  EXPECT_EQ(context({"llama-server", "-c", "8192"}), 8192);
  EXPECT_EQ(context({"llama-server", "--ctx-size", "4096"}), 4096);
  EXPECT_EQ(context({"llama-server", "--ctx-size=4096"}), 4096);
  EXPECT_EQ(context({"vllm", "serve", "m", "--max-model-len", "32k"}), 32000);
  EXPECT_EQ(context({"vllm", "serve", "m", "--max-model-len=32K"}), 32768);
  EXPECT_EQ(context({"python3", "-m", "sglang.launch_server", "--context-length", "16384"}), 16384);
  EXPECT_EQ(context({"koboldcpp", "--contextsize", "2048"}), 2048);
}

TEST(CommandFacts, ContextThatIsNotSaid) {
  EXPECT_EQ(context({}), 0);
  EXPECT_EQ(context({"llama-server"}), 0);
  EXPECT_EQ(context({"llama-server", "-c"}), 0);
  EXPECT_EQ(context({"llama-server", "-c", "0"}), 0) << "that of the model, which we do not know";
  EXPECT_EQ(context({"vllm", "--max-model-len", "auto"}), 0);
  EXPECT_EQ(context({"vllm", "--max-model-len", "99999999999"}), 0);
  EXPECT_EQ(context({"vllm", "--max-model-len", "9999999k"}), 0);
  EXPECT_EQ(context({"vllm", "--max-model-len", "-1"}), 0);
}

TEST(CommandFacts, AreThoseOfTheEngineInTheEnd) {
  EXPECT_EQ(context({"bash", "-c", "LLAMA_ARG_N_PARALLEL=2 llama-server -c 512"}), 256);
  EXPECT_EQ(context({"taskset", "-c", "4", "llama-server"}), 0);
  EXPECT_EQ(context({"docker", "run", "-e", "LLAMA_ARG_CTX_SIZE=512", "image", "-np", "1"}), 512);
}

TEST(CommandFacts, TheLastFlagCounts) {
  EXPECT_EQ(context({"docker", "run", "-c", "512", "ggml/llama.cpp:server", "-c", "8192"}), 8192);
}

TEST(CommandFacts, TheCommandCountsBeforeTheEnvironment) {
  EXPECT_EQ(context({"llama-server"}, {"LLAMA_ARG_CTX_SIZE=100", "LLAMA_ARG_CTX_SIZE=200"}), 200);
  EXPECT_EQ(context({"llama-server", "-c", "300"}, {"LLAMA_ARG_CTX_SIZE=100"}), 300);
  EXPECT_EQ(context({"llama-server"}, {"LLAMA_ARG_CTX_SIZE_X=100"}), 0);
}

TEST(CommandFacts, SlotsShareTheContextOrDivideIt) {
  EXPECT_EQ(context({"llama-server", "-c", "8192", "-np", "4"}), 2048);
  EXPECT_EQ(context({"llama-server", "-c", "8192", "--parallel", "1"}), 8192);
  EXPECT_EQ(context({"llama-server", "-c", "8192", "-np", "4", "-kvu"}), 8192);
  EXPECT_EQ(context({"llama-server", "-c", "8192", "-np", "-1"}), 8192);
  EXPECT_EQ(context({"llama-server", "-c", "8192"}, {"LLAMA_ARG_N_PARALLEL=2"}), 4096);
}

TEST(CommandFacts, WhatItCanDo) {
  EXPECT_TRUE(command_facts(with({"llama-server", "--mmproj", "p.gguf"})).sees_images);
  EXPECT_TRUE(command_facts(with({"llama-server"}, {"LLAMA_ARG_MMPROJ=p.gguf"})).sees_images);
  EXPECT_TRUE(command_facts(with({"llama-server", "--embedding"})).embeds);
  EXPECT_TRUE(command_facts(with({"llama-server", "--embeddings"})).embeds);
  EXPECT_TRUE(command_facts(with({"llama-server", "--rerank"})).reranks);
  EXPECT_TRUE(command_facts(with({"llama-server"}, {"LLAMA_ARG_RERANKING=1"})).reranks);
  EXPECT_FALSE(command_facts(with({"llama-server"}, {"LLAMA_ARG_RERANKING=0"})).reranks);
  EXPECT_EQ(command_facts(with({"--mmproj"})), CommandFacts());
}

}  // namespace
}  // namespace paddock::config
