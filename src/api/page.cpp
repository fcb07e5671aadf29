// The web page at /ui/. Its files are for everybody, as they say nothing: what they show, they ask for.
#include <string>

#include "paddock/base/text.h"
#include "page_reply.h"
#include "replies.h"
#include "resources.h"

namespace paddock::api {

namespace {

constexpr std::string_view kBelow = "/ui/";
// Pictures and sounds that models make, and those that are sent to them, are shown from memory.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// If-None-Match: tags with commas between, or a star. None of ours has a comma in it.
bool has_it(std::string_view list, std::string_view tag) {
  if (trim(list) == "*") return true;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view one = trim(list.substr(0, comma));
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag) return true;
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
  return false;
}

http::Handler page_files() {
  return [](const http::Request& request, http::Responder to) {
    const page::File* file = page::find(page::built_in(), request.path.substr(kBelow.size()));
    to.reply(file ? page_reply(*file, request) : not_found("the page has no file of that name"));
  };
}

// What a build without the page says in its place.
std::string status_text(const std::string& version, const router::Status& status) {
  std::string text = "paddock " + version + ", built without its web page (UI=off)\n\n";
  for (const router::ModelStatus& model : status.models) {
    text.append(model.id.str()).append("  ").append(router::state_name(model.state)).append("\n");
  }
  return text;
}

http::Handler plain_status(const Deps& deps) {
  return [deps](const http::Request&, http::Responder responder) {
    deps.router.status(
        [version = deps.version, to = share(std::move(responder))](const router::Status& status) {
          to->reply(text_reply(status_text(version, status)));
        });
  };
}

http::Handler to_page() {
  return [](const http::Request&, http::Responder to) {
    http::Reply reply;
    reply.status = 302;
    reply.content_type.clear();
    reply.headers.emplace_back("Location", "ui/");
    to.reply(std::move(reply));
  };
}

}  // namespace

http::Reply page_reply(const page::File& file, const http::Request& request) {
  const page::Coding coding = page::choose(file, request.header("accept-encoding"));
  const std::string_view name = page::name_of(coding);
  std::string tag = '"' + std::string(file.etag);
  if (!name.empty()) tag.append("-").append(name);
  tag += '"';
  http::Reply reply;
  reply.content_type = file.type;
  reply.headers = {{"ETag", tag},
                   {"Cache-Control", file.lasts ? "public, max-age=31536000, immutable" : "no-cache"},
                   {"Vary", "Accept-Encoding"},
                   {"Content-Security-Policy", kPolicy},
                   {"X-Content-Type-Options", "nosniff"},
                   {"Referrer-Policy", "same-origin"}};
  if (has_it(request.header("if-none-match"), tag)) {
    reply.status = 304;
    reply.content_type.clear();
    return reply;
  }
  if (!name.empty()) reply.headers.emplace_back("Content-Encoding", name);
  reply.body = page::bytes(file, coding);
  return reply;
}

void add_page(http::RouteTable& routes, const Deps& deps) {
  const bool is_there = !page::built_in().empty();
  // Open as the file that names the others is; the plain status is what /api/models is.
  const http::Role role = is_there ? http::Role::kOpen : http::Role::kObserve;
  routes.add({"GET", "/ui/*", http::RouteKind::kControl, is_there ? page_files() : plain_status(deps), role});
  routes.add({"GET", "/ui", http::RouteKind::kControl, to_page(), http::Role::kOpen});
}

}  // namespace paddock::api
