// The addresses of models' own APIs: what frontends, coding agents and image tools call. The request goes on
// as it came; only where it goes is ours to say.
#include "resources.h"

namespace paddock::api {

namespace {

using http::RouteKind;

// OpenAI's, Anthropic's, llama.cpp's own, stable-diffusion's.
constexpr const char* kPosts[] = {
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/responses",
    "/v1/embeddings",
    "/v1/audio/speech",
    "/v1/audio/voices",
    "/v1/audio/transcriptions",
    "/v1/audio/translations",
    "/v1/images/generations",
    "/v1/images/edits",
    "/v1/images/variations",
    "/v1/messages",
    "/v1/messages/count_tokens",
    "/v1/rerank",
    "/v1/reranking",
    "/rerank",
    "/reranking",
    "/completion",
    "/infill",
    "/tokenize",
    "/detokenize",
    "/apply-template",
    "/props",
    "/sdapi/v1/txt2img",
    "/sdapi/v1/img2img",
};

// These name their model in the query.
constexpr const char* kGets[] = {
    "/v1/audio/voices", "/props", "/slots", "/sdapi/v1/loras", "/sdapi/v1/samplers", "/sdapi/v1/progress",
};

// For servers whose addresses have no version in them.
constexpr const char* kVersionless[] = {
    "/v/chat/completions", "/v/completions",           "/v/responses", "/v/embeddings",
    "/v/messages",         "/v/messages/count_tokens", "/v/rerank",    "/v/reranking",
};

void add(http::RouteTable& routes, const char* method, const char* path, const char* without = "") {
  http::Route route;
  route.method = method;
  route.path = path;
  route.kind = RouteKind::kModelInBody;
  route.without = without;
  routes.add(std::move(route));
}

}  // namespace

void add_model_routes(http::RouteTable& routes) {
  for (const char* path : kPosts) add(routes, "POST", path);
  for (const char* path : kGets) add(routes, "GET", path);
  for (const char* path : kVersionless) add(routes, "POST", path, "/v");
  add(routes, "POST", "/audioapi/v1/tasks/run", "/audioapi");
  routes.add({"POST", "/slots/*", RouteKind::kModelInBody, nullptr});
  routes.add({"*", "/upstream/*", RouteKind::kModelInPath, nullptr});
  routes.add({"*", "/comfyui", RouteKind::kComfyUi, nullptr});
  routes.add({"*", "/comfyui/*", RouteKind::kComfyUi, nullptr});
}

}  // namespace paddock::api
