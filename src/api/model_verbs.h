// POST /api/models/{id}/{load,unload,cancel,restart}: what they ask of the Router and how they answer.
#pragma once

#include <string_view>

#include "model_path.h"
#include "paddock/api/api.h"

namespace paddock::api {

bool is_verb(std::string_view word);
// 405: the verb is there, but not for GET.
http::Reply only_post(std::string_view verb);

// Answers when the operation has ended, with the model as it is then. Any thread.
void run_verb(const Deps& deps, const http::Request& request, const ModelPath& path,
              http::Responder responder);

}  // namespace paddock::api
