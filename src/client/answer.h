// What an answer of a daemon comes to: a body for the caller, or a sentence for a person. Pure; any thread.
#pragma once

#include <string>

#include "paddock/client/client.h"

namespace paddock::client {

enum class Wanted { kJson, kText };

struct Question {
  std::string url;   // of the daemon
  std::string path;  // without the query
  bool with_key = false;
  Wanted wanted = Wanted::kJson;
};

struct Answer {
  int status = 0;
  std::string body;
};

// The body, if the status is 2xx and it is what was wanted.
Result<std::string, Failure> judge(const Question& question, Answer answer);

}  // namespace paddock::client
