// Texts of the file as PortTexts that know what people may see of them: without what came from `${env.*}` and
// without what the rules of mask.h hide. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "paddock/config/values.h"
#include "scope.h"

namespace paddock::config {

PortText plain_text(const Text& text);    // only `${env.*}` is hidden
PortText env_text(const Text& text);      // `NAME=value`
PortText command_text(const Text& text);  // a whole command

// The words that split_command made of the command.
std::vector<PortText> command_words(const Text& command, const std::vector<std::string>& words);

}  // namespace paddock::config
