#include "known_capabilities.h"

namespace paddock::api {

config::Capabilities known_capabilities(const config::ModelConfig& model, const config::CommandFacts& facts,
                                        const std::optional<http::UpstreamProps>& props) {
  config::Capabilities can = model.capabilities;
  if (can.context == 0) can.context = facts.context;
  can.reranker = can.reranker || facts.reranks;
  if (can.context == 0 && props) can.context = props->context;
  const bool sees = facts.sees_images || (props && props->vision);
  const bool hears = props && props->audio;
  if ((sees || hears) && can.in.empty() && can.out.empty()) {
    can.in = {"text"};
    if (sees) can.in.emplace_back("image");
    if (hears) can.in.emplace_back("audio");
    can.out = {"text"};
  }
  return can;
}

}  // namespace paddock::api
