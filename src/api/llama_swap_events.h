// LlamaSwapEvents: what one client of llama-swap's GET /api/events is sent. On connecting, in this order:
// both logs so far, all models, what its page is to know, the profile and the requests in flight; then
// whatever of these changes. Log text is for admins.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "event_source.h"
#include "paddock/api/api.h"

namespace paddock::api {

class LlamaSwapEvents final : public http::ByteSource {
 public:
  // What the deps refer to outlives it.
  LlamaSwapEvents(std::shared_ptr<const Deps> deps, bool with_logs, SignOfLife::Now now = steady_now);

  void start(std::function<void()> wake) override;
  Pull pull(std::string& out) override;

 private:
  void greet(std::string& out);
  void add_changes(const feed::News& news, std::string& out);
  void add_logs(std::string& out);
  bool add_log(logs::Reader& reader, const char* source, std::string& out);
  void add_models(std::string& out);
  void add_profile(std::string& out);
  void add_requests(std::string& out);

  const std::shared_ptr<const Deps> kept_;
  const Deps& deps_;
  const bool with_logs_;
  feed::Watcher watcher_;
  SignOfLife life_;
  std::optional<logs::Reader> proxy_, upstream_;
  bool greeted_ = false;
  std::shared_ptr<const config::Lookup> config_;  // that models_ is of
  std::string profile_;
  std::vector<router::ModelState> states_;
  std::map<std::uint64_t, http::InFlight::Picture> requests_;
};

}  // namespace paddock::api
