// RouteTable: which path is whose. Built once at start, then constant; any thread.
//
// Kinds: a model route finds the model in the body or the query and goes through the router; an upstream
// route (`/upstream/<id>/...`) finds it in the path; ComfyUI's own page has a model of a fixed name; one of
// Ollama's calls is translated; a control route has a Handler.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "paddock/http/handler.h"

namespace paddock::http {

enum class RouteKind { kModelInBody, kModelInPath, kComfyUi, kOllama, kControl };

struct Route {
  std::string method;  // "GET" also answers HEAD; "*" answers all
  std::string path;    // exact, or a prefix when it ends in "/*" (the star stands for anything, also nothing)
  RouteKind kind = RouteKind::kControl;
  Handler handler;        // kControl only
  bool open = false;      // answers without a key, too
  std::string without{};  // models: the beginning of the path that the upstream is not sent
};

class RouteTable {
 public:
  void add(Route route);

  struct Match {
    const Route* route = nullptr;  // null: nothing for this method
    std::string allow;             // methods that this path has, for a 405; empty: 404
  };
  // Exact paths win over prefixes, longer prefixes over shorter ones. `path` is the raw path.
  Match find(std::string_view method, std::string_view path) const;

  const std::vector<Route>& all() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace paddock::http
