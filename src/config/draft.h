// Draft: what the file says, typed and with the place of everything, before any rule about values is applied.
//
// A field that is not there, is null or could not be read has no value; what could not be read has been
// reported. Points into the Document and the Source through its Texts. One loading, one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "paddock/base/source_pos.h"
#include "scope.h"

namespace paddock::config {

template <class T>
struct Located {
  T value;
  SourcePos pos;
};

template <class T>
struct Field {
  SourcePos key;        // where it is given; {0, 0} if it is not
  bool broken = false;  // given, but unreadable, which has been reported
  std::optional<Located<T>> value;

  bool given() const { return key.line > 0; }
};

using TextList = std::vector<Located<Text>>;

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
};

}  // namespace paddock::config
