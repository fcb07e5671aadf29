// What is known of a model's capabilities, of all who say something about them. Pure.
#pragma once

#include <optional>

#include "paddock/config/command_facts.h"
#include "paddock/http/upstream_facts.h"

namespace paddock::api {

// What the configuration says about them, completed by what the command says and then by what its server has
// said.
config::Capabilities known_capabilities(const config::ModelConfig& model, const config::CommandFacts& facts,
                                        const std::optional<http::UpstreamProps>& props = {});

}  // namespace paddock::api
