#include "log_source.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

constexpr std::string_view kPath = "/logs/stream";

using ChannelPtr = std::shared_ptr<const logs::Channel>;

// The shared channels live as long as the hub, which outlives the server: nobody owns them through this.
ChannelPtr borrowed(const logs::Channel& channel) { return ChannelPtr(ChannelPtr(), &channel); }

Result<ChannelPtr, http::Reply> find_channel(const Deps& deps, std::string_view name) {
  if (name.empty()) return borrowed(deps.hub.combined());
  if (name == "proxy") return borrowed(deps.hub.proxy());
  if (name == "upstream") return borrowed(deps.hub.upstream());
  const auto lookup = deps.config.get();
  const auto model = find_model(*lookup, name);
  if (!model) return model.error();
  return ChannelPtr(deps.hub.model((*model)->id));
}

http::Reply stream_head() {
  http::Reply head = text_reply({});
  head.headers = {{"X-Content-Type-Options", "nosniff"},
                  {"X-Accel-Buffering", "no"},  // nginx would hold lines back
                  {"Cache-Control", "no-cache"}};
  return head;
}

void get(const Deps& deps, const http::Request& request, http::Responder responder) {
  std::string_view rest = std::string_view(request.path).substr(kPath.size());
  if (rest.starts_with('/')) rest.remove_prefix(1);
  auto channel = find_channel(deps, http::percent_decode(rest));
  if (!channel) return responder.reply(channel.error());
  const History history = request.has_query("no-history") ? History::kSkip : History::kFirst;
  responder.stream(stream_head(), std::make_unique<LogSource>(std::move(*channel), history));
}

}  // namespace

void add_log_stream(http::RouteTable& routes, const Deps& deps) {
  const http::Handler handler = [deps](const http::Request& request, http::Responder to) {
    get(deps, request, std::move(to));
  };
  routes.add({"GET", std::string(kPath), http::RouteKind::kControl, handler, http::Role::kAdmin});
  routes.add({"GET", std::string(kPath) + "/*", http::RouteKind::kControl, handler, http::Role::kAdmin});
}

}  // namespace paddock::api
