// A text judged as if it were the whole configuration, for people who write one away from the machine: what
// is wrong with it, what it means, and what putting it in force would do. Nothing is changed or run.
//
// Whoever may ask sees nothing of the daemon's environment, whatever he writes: all words of the answer come
// from a reading in which every variable that is set is `***`. The true reading only decides which findings
// there are and which models change; so who asks often can narrow down a number, or have a guess confirmed.
// Any thread; takes as long as reading a configuration, and looks for the files that the text names.
#pragma once

#include <string>
#include <string_view>

#include "machine_facts.h"
#include "paddock/config/config.h"
#include "paddock/config/load.h"

namespace paddock::app {

// The JSON of POST /api/config/check. Findings bear the name of `running`'s file, if it has just one.
std::string check_text(std::string_view text, const config::Config& running, const config::EnvLookup& env,
                       const MachineFacts& facts);

// Empty if the text could be put in force; else the same JSON, which says why not.
std::string faults_in(std::string_view text, const config::Config& running, const config::EnvLookup& env,
                      const MachineFacts& facts);

}  // namespace paddock::app
