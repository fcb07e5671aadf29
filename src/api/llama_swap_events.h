// LlamaSwapEvents: what one client of llama-swap's GET /api/events is sent. On connecting, in this order:
// both logs so far, all models, what its page is to know, the profile and the requests in flight; then
// whatever of these changes, rendered once for all clients (llama_swap_state.h). Log text is for admins.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "event_source.h"
#include "paddock/api/api.h"

namespace paddock::api {

class LlamaSwapEvents final : public http::ByteSource {
 public:
  // What the deps refer to outlives it. `feed`: of EventFeed::open_llama_swap().
  LlamaSwapEvents(std::shared_ptr<const Deps> deps, const feed::Feed& feed, bool with_logs,
                  SignOfLife::Now now = steady_now);

  void start(std::function<void()> wake) override;
  Pull pull(std::string& out) override;

 private:
  void greet(const feed::News& news, std::string& out);
  void add_state(const feed::News& news, std::string& out);
  void add_snapshot(const feed::News& whole, std::string& out);
  void add_changes(const feed::News& news, std::string& out);
  void add_logs(std::string& out);
  bool add_log(logs::Reader& reader, const char* source, std::string& out);
  static void add_part(const feed::News& news, std::string_view section, std::string& out);
  static void add_rows(const feed::News& news, std::string& out);

  const std::shared_ptr<const Deps> kept_;
  const Deps& deps_;
  const bool with_logs_;
  feed::Watcher watcher_;
  SignOfLife life_;
  std::optional<logs::Reader> proxy_, upstream_;
  bool greeted_ = false;
};

}  // namespace paddock::api
