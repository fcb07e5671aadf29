// What `paddock check` says about a result. Pure; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "cli.h"
#include "paddock/config/load.h"

namespace paddock::app {

enum class Colours { kNone, kAnsi };

// One line per finding, in the form of config::format.
std::string findings_text(const config::LoadResult& result, Colours colours);

// "3 models, 1 error, no warnings".
std::string summary(const config::LoadResult& result);

// The whole answer of --json: {files, errors, warnings, diagnostics}, with --print `config` too, which is
// null when there is none.
nlohmann::ordered_json report_json(const CheckCommand& command, const config::LoadResult& result);

// One finding as JSON: {severity, file, line, column, message, hint}.
nlohmann::ordered_json finding_json(const config::Diagnostic& found);

int exit_code(const CheckCommand& command, const config::LoadResult& result);

}  // namespace paddock::app
