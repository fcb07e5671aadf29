#include "model_path.h"

#include "paddock/http/handler.h"

namespace paddock::api {

ModelPath parse_model_path(std::string_view rest) {
  ModelPath path;
  path.whole = http::percent_decode(rest);
  const auto slash = rest.rfind('/');
  path.model = http::percent_decode(rest.substr(0, slash));
  if (slash != std::string_view::npos) path.verb = http::percent_decode(rest.substr(slash + 1));
  return path;
}

}  // namespace paddock::api
