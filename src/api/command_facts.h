// What a model's command line and environment say about what it can do, without starting it. It knows the
// flags of llama-server and its kin, of vLLM, SGLang and koboldcpp; what it does not know it leaves open.
//
// Not a promise: a flag that the server ignores is believed. To teach it another program: its flags in the
// tables of the .cpp. Pure; any thread.
#pragma once

#include "paddock/config/model.h"

namespace paddock::api {

struct CommandFacts {
  int context = 0;           // tokens that one request may have; 0: not said
  bool sees_images = false;  // a multimodal projector is loaded
  bool embeds = false;
  bool reranks = false;

  friend bool operator==(const CommandFacts&, const CommandFacts&) = default;
};

CommandFacts command_facts(const config::ModelConfig& model);

// What the configuration says about its capabilities, completed by what the command says.
config::Capabilities known_capabilities(const config::ModelConfig& model, const CommandFacts& facts);

}  // namespace paddock::api
