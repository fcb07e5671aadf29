// Access: who may do what, as the file says it. Immutable values; any thread.
#pragma once

#include <string>
#include <vector>

namespace paddock::config {

// What a key opens; docs/security.md has the table. None includes another.
struct Roles {
  bool infer = true;    // the models, and the list of them
  bool observe = true;  // what the daemon tells of itself, without log text
  bool admin = true;    // all the rest

  friend bool operator==(const Roles&, const Roles&) = default;
};

struct ApiKey {
  std::string key;     // a secret
  std::string name{};  // what logs may say instead; empty: it has none
  Roles roles{};
  std::vector<std::string> models{};  // ids of models and selectors, full names of peers' models; empty: all

  friend bool operator==(const ApiKey&, const ApiKey&) = default;
};

struct Access {
  std::vector<ApiKey> api_keys;              // each key once; empty: everybody may do everything
  std::vector<std::string> cors_origins;     // `scheme://host[:port]`, lower case, no usual port; or `*`
  std::vector<std::string> allowed_hosts;    // lower case, no port; `*.x`: every name below x; `*`: any
  std::vector<std::string> trusted_proxies;  // base/ip_range.h
  bool config_write = false;  // admins may change the file over the API, and so run any program

  friend bool operator==(const Access&, const Access&) = default;
};

}  // namespace paddock::config
