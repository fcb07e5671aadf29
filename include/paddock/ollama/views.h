// What Ollama's API answers about models without asking any: listings, details, versions, errors.
//
// Plain structs in, JSON text out, ended by a line feed. Who fills the structs knows the configuration and
// what runs; this knows only the shapes. What a front end of other people's engines cannot know is left empty
// or 0, as clients take it (all of it is optional in the `ollama` packages).
//
// Sources: Ollama's docs/api.md (tags, show, ps, version) and the types of the `ollama` packages on PyPI and
// npm. Pure functions; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/ollama/request.h"

namespace paddock::ollama {

using WallTime = std::chrono::system_clock::time_point;

// The version of Ollama's API that is spoken. Clients compare it: some want 0.6.4 or later.
inline constexpr std::string_view kApiVersion = "0.12.6";

struct Model {
  std::string id;
  WallTime modified;                    // when its configuration was read, where nothing better is known
  std::uint64_t size = 0;               // bytes of its weights; 0: unknown
  std::string family;                   // `llama`, `gemma3`; empty: unknown
  std::string parameter_size;           // `8.0B`
  std::string quantization;             // `Q4_K_M`
  std::optional<std::int64_t> context;  // tokens
  bool completion = true;
  bool tools = false;
  bool vision = false;
  bool embedding = false;
  bool thinking = false;
  bool insert = false;  // text between a prompt and a suffix
};

struct Running {
  Model model;
  std::uint64_t size_vram = 0;      // bytes on the cards; 0: unknown
  std::optional<WallTime> expires;  // when it leaves if nobody asks; nothing: it stays
};

struct OwnVersion {
  std::string version;
  std::string commit;
  std::string build_date;  // empty: not said
  std::string started{};   // RFC 3339, of this daemon; empty: not said
};

std::string tags(std::span<const Model> models);
std::string show(const Model& model);
std::string ps(std::span<const Running> models);
std::string version(const OwnVersion& own);

// The answer to a request without a prompt, once its model is loaded or unloaded.
std::string idle_answer(const Request& request, WallTime now);

// `{"error": "sentence"}`.
std::string error(std::string_view sentence);

// Why there is no such call here, for answers with status 501; empty for a path that is not one of those.
// /api/pull, push, create, copy, delete and /api/blobs/...
std::string not_offered(std::string_view path);

}  // namespace paddock::ollama
