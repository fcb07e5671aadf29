// Where in the file values stand that came from `${env.*}`: Config.secret_paths.
#pragma once

#include <string>
#include <vector>

#include "macros.h"

namespace paddock::config {

// After parsing, which is when the loading has learned which scalars these are. Sorted, each once. A scalar
// that is used in several places through an anchor is secret in all of them. Reports it if there are too many
// to be listed.
std::vector<std::string> find_secret_paths(const Document& document, Loading& loading);

}  // namespace paddock::config
