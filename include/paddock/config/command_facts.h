// What a model's engine is told (engine::Command) about what it can do, without starting it or looking at
// files. It knows the
// flags of llama-server and its kin, of vLLM, SGLang and koboldcpp; what it does not know it leaves open.
//
// Not a promise: a flag that the server ignores is believed. To teach it another program: its flags in the
// tables of the .cpp. Pure but for the daemon's environment; any thread.
#pragma once

#include <optional>

#include "paddock/config/model.h"
#include "paddock/http/upstream_facts.h"

namespace paddock::api {

struct CommandFacts {
  int context = 0;           // tokens that one request may have; 0: not said
  bool sees_images = false;  // a multimodal projector is loaded
  bool embeds = false;
  bool reranks = false;

  friend bool operator==(const CommandFacts&, const CommandFacts&) = default;
};

CommandFacts command_facts(const config::ModelConfig& model);

// What the configuration says about its capabilities, completed by what the command says and then by what
// its server has said.
config::Capabilities known_capabilities(const config::ModelConfig& model, const CommandFacts& facts,
                                        const std::optional<http::UpstreamProps>& props = {});

}  // namespace paddock::api
