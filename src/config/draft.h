// Draft: what the file says, typed and with the place of everything, before any rule about values is applied.
//
// Its words are field.h's. Points into the Document and the Source through its Texts. One loading, one
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "draft_routing.h"
#include "field.h"

namespace paddock::config {

struct ModelDraft {
  Located<std::string> id;
  Field<Text> cmd;  // without its comment lines
  Field<TextList> env;
  Field<Text> proxy;
  Field<Text> check_endpoint;
  Field<std::int64_t> ttl;
  Field<std::int64_t> unload_timeout;
  Field<TextList> aliases;
  Field<Text> name;
  Field<Text> description;
  Field<bool> unlisted;
  Field<Text> use_model_name;
};

struct Draft {
  Field<std::int64_t> health_check_timeout;
  Field<std::int64_t> start_port;
  Field<std::int64_t> global_ttl;
  Field<std::int64_t> unload_timeout;
  Field<std::int64_t> max_connections;
  Field<Text> log_level;
  std::vector<ModelDraft> models;
  RoutingDraft routing;
};

}  // namespace paddock::config
