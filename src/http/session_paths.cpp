// The part of Session for requests whose path says which model they are for.
#include "session.h"
#include "upstream_path.h"

namespace paddock::http {

Task<Session::Next> Session::serve_upstream_path(const RequestHead& head) {
  const UpstreamPath path = split_upstream_path(head.target(), *settings_->lookup);
  if (path.model == nullptr) {
    const ApiError error = unknown_model(path.name);
    co_return co_await refuse(head, error, head.has_body());
  }
  if (path.rest.empty() || path.rest.front() != '/') {
    co_return co_await redirect_into(head, path.last_segment, path.rest);
  }
  const router::Use use = use_of(head.method(), path.rest, *settings_->lookup);
  const ExchangeRequest request{head, settings_->keys, path.rest, remote_, use, !head.has_body(), {}, 0};
  co_return co_await forward(request, *path.model);
}

// To the same address with a slash at its end.
Task<Session::Next> Session::redirect_into(const RequestHead& head, const std::string& last_segment,
                                           std::string_view rest) {
  Reply reply;
  reply.status = head.method() == "GET" || head.is_head() ? 301 : 308;
  reply.content_type.clear();
  // Relative, so that it also holds behind a proxy that adds a prefix.
  reply.headers.emplace_back("Location", last_segment + "/" + std::string(rest));
  const bool left = head.has_body();
  const Next next = co_await write_reply(head, reply, left);
  co_return left ? Next::kLinger : next;
}

// ComfyUI's page and all its calls belong to the model of that name. Only the page itself loads it: a tab
// that was left open asks for the rest again and again.
Task<Session::Next> Session::serve_comfyui(const RequestHead& head) {
  constexpr std::string_view kPrefix = "/comfyui";
  const std::string name = "comfyui_auto";
  const config::ModelConfig* model = settings_->lookup->find(name);
  if (model == nullptr) {
    const ApiError error = unknown_model(name);
    co_return co_await refuse(head, error, head.has_body());
  }
  const std::string_view rest = head.target().substr(kPrefix.size());
  if (!rest.starts_with('/')) {
    const std::string last = "comfyui";
    co_return co_await redirect_into(head, last, rest);
  }
  const bool page = rest.substr(0, rest.find('?')) == "/";
  const bool ready = worker_.shared().router.state(model->id) == router::ModelState::kReady;
  const bool reads = head.method() == "GET" || head.is_head();
  const router::Use use =
      ready && !reads ? router::Use::kWork : (page ? router::Use::kLook : router::Use::kGlance);
  const ExchangeRequest request{head, settings_->keys, rest, remote_, use, !head.has_body(), {}, 0};
  co_return co_await forward(request, *model);
}

}  // namespace paddock::http
