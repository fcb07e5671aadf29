// What a model's engine is told (engine::Command) about what it can do, without starting it or looking at
// files. It knows the flags of llama-server and its kin, of vLLM, SGLang and koboldcpp; what it does not know
// it leaves open.
//
// Not a promise: a flag that the server ignores is believed. To teach it another program: its flags in the
// tables of the .cpp.
#pragma once

#include "paddock/config/model.h"

namespace paddock::config {

struct CommandFacts {
  int context = 0;           // tokens that one request may have; 0: not said
  bool sees_images = false;  // a multimodal projector is loaded
  bool embeds = false;
  bool reranks = false;

  friend bool operator==(const CommandFacts&, const CommandFacts&) = default;
};

// Reads the command anew: who asks often asks a Lookup, which has done so once. Pure but for the daemon's
// environment; any thread.
CommandFacts command_facts(const ModelConfig& model);

}  // namespace paddock::config
