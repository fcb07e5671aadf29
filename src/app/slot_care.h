// Which models' conversations are kept across their launches, and how: the configuration's kvCache in
// kvcache's terms.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "paddock/config/config.h"
#include "paddock/kvcache/slot_watch.h"

namespace paddock::app {

// Nothing for a model whose slots are not kept: it is off, or the program is not llama-server (`auto`), or
// it names a folder of its own, or it runs in a container (`auto`) or detached. Without looking at files.
std::optional<kvcache::Settings> slot_settings(const config::Config& config,
                                               const config::ModelConfig& model);

// `LLAMA_ARG_SLOT_SAVE_PATH=...`; empty: none.
std::string slot_variable(const config::Config& config, const config::ModelConfig& model);

// For the launch of a model of this configuration.
std::optional<kvcache::Care> slot_care(const std::shared_ptr<const config::Config>& config,
                                       const ModelId& model);

}  // namespace paddock::app
