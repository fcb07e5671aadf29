#include "script.h"

#include <nlohmann/json.hpp>

#include "recorder.h"

namespace paddock::fake {

using nlohmann::json;

namespace {

template <class T>
void read(const json& from, const char* key, T& to) {
  if (auto it = from.find(key); it != from.end()) to = it->get<T>();
}

template <class T>
void read(const json& from, const char* key, std::optional<T>& to) {
  if (auto it = from.find(key); it != from.end()) to = it->get<T>();
}

void read_pairs(const json& from, const char* key, std::vector<std::pair<std::string, std::string>>& to) {
  auto it = from.find(key);
  if (it == from.end()) return;
  for (const auto& [name, value] : it->items()) to.emplace_back(name, value.get<std::string>());
}

void read_pieces(const json& from, Script& script) {
  read(from, "pieces", script.pieces);
  if (auto raw = from.find("raw"); raw != from.end()) {
    script.mode = Mode::kRaw;
    script.pieces = {raw->get<std::string>()};
  }
  auto fill = from.find("fill");
  if (fill == from.end()) return;
  for (int i = 0; i < fill->at("pieces").get<int>(); ++i) {
    script.pieces.emplace_back(fill->at("bytes").get<std::size_t>(), static_cast<char>('a' + i % 26));
  }
}

void read_mode(const json& from, Script& script) {
  const std::string mode = from.value("mode", "");
  if (mode == "chunked") script.mode = Mode::kChunked;
  if (mode == "close") script.mode = Mode::kClose;
  if (mode == "raw") script.mode = Mode::kRaw;
}

void read_times(const json& from, Script& script) {
  read(from, "delay_body_ms", script.delay_body_ms);
  read(from, "delay_head_ms", script.delay_head_ms);
  read(from, "piece_delay_ms", script.piece_delay_ms);
  read(from, "gate", script.gate);
  read(from, "gate_after", script.gate_after);
}

void read_ends(const json& from, Script& script) {
  read(from, "crash", script.crash);
  read(from, "rst_after_pieces", script.rst_after_pieces);
  read(from, "close_after_pieces", script.close_after_pieces);
  read(from, "exit_after_pieces", script.exit_after_pieces);
  read(from, "half_chunk", script.half_chunk);
  read(from, "keepalive_timeout", script.keepalive_timeout);
  read(from, "close_idle_after_ms", script.close_idle_after_ms);
  read(from, "close_after", script.close_after);
  read(from, "rst_after", script.rst_after);
  read(from, "stray_bytes_after", script.stray_bytes_after);
  read(from, "close_on_next", script.close_on_next);
}

json choice(const char* key, const json& value, bool last) {
  return {{"index", 0}, {key, value}, {"finish_reason", last ? json("stop") : json(nullptr)}};
}

json envelope(const char* object, const std::string& name, const json& choices) {
  return {{"id", "fake-1"}, {"object", object}, {"created", 1}, {"model", name}, {"choices", choices}};
}

json usage() { return {{"prompt_tokens", 7}, {"completion_tokens", 3}, {"total_tokens", 10}}; }

Script whole(const json& body) {
  Script script;
  script.pieces = {body.dump()};
  return script;
}

Script chat_stream(const std::string& name) {
  Script script;
  script.mode = Mode::kChunked;
  script.content_type = "text/event-stream";
  for (const std::string word : {"hello", " from ", name.c_str()}) {
    const json delta = {{"content", word}};
    const json choices = json::array({choice("delta", delta, false)});
    script.pieces.push_back("data: " + envelope("chat.completion.chunk", name, choices).dump() + "\n\n");
  }
  const json last = json::array({choice("delta", json::object(), true)});
  json end = envelope("chat.completion.chunk", name, last);
  end["usage"] = usage();
  script.pieces.push_back("data: " + end.dump() + "\n\n");
  script.pieces.push_back("data: [DONE]\n\n");
  return script;
}

Script chat(const std::string& name) {
  const json message = {{"role", "assistant"}, {"content", "hello from " + name}};
  json body = envelope("chat.completion", name, json::array({choice("message", message, true)}));
  body["usage"] = usage();
  return whole(body);
}

Script completion(const std::string& name) {
  json body = envelope("text_completion", name, json::array({choice("text", "hello from " + name, true)}));
  body["usage"] = usage();
  return whole(body);
}

Script embedding(const std::string& name) {
  const json vector = json::array({0.25, 0.5, 0.75});
  const json one = {{"object", "embedding"}, {"index", 0}, {"embedding", vector}};
  return whole({{"object", "list"}, {"model", name}, {"data", json::array({one})}, {"usage", usage()}});
}

Script echo(const RequestHead& head, const std::string& body) {
  json headers = json::array();
  for (const auto& [key, value] : head.headers) headers.push_back(json::array({key, value}));
  const auto hash = hash_text(hash_more(kHashSeed, body.data(), body.size()));
  const json answer = {{"method", head.method},
                       {"target", head.target},
                       {"version", head.version},
                       {"headers", headers},
                       {"size", body.size()},
                       {"hash", hash},
                       {"body", body.substr(0, 64 << 10)}};
  Script script;
  script.pieces = {answer.dump(-1, ' ', false, json::error_handler_t::replace)};
  return script;
}

Script default_script(const RequestHead& head, const json& body, const std::string& raw,
                      const std::string& name) {
  const std::string path = head.target.substr(0, head.target.find('?'));
  if (path.rfind("/echo", 0) == 0) return echo(head, raw);
  const bool stream = body.is_object() && body.contains("stream") && body["stream"] == true;
  if (path == "/v1/chat/completions") return stream ? chat_stream(name) : chat(name);
  if (path == "/v1/completions") return completion(name);
  if (path == "/v1/embeddings") return embedding(name);
  Script script = whole({{"error", {{"message", "fake: nothing at " + path}}}});
  script.status = 404;
  return script;
}

}  // namespace

std::optional<Script> parse_script(const json& from) {
  if (!from.is_object()) return std::nullopt;
  Script script;
  try {
    read(from, "status", script.status);
    read(from, "content_type", script.content_type);
    read_mode(from, script);
    read_pieces(from, script);
    read_pairs(from, "headers", script.headers);
    read_pairs(from, "trailers", script.trailers);
    read(from, "interim", script.interim);
    read(from, "chunk_ext", script.chunk_ext);
    read(from, "declared_length", script.declared_length);
    read(from, "early", script.early);
    read(from, "early_close", script.early_close);
    read_times(from, script);
    read_ends(from, script);
  } catch (const json::exception&) {
    return std::nullopt;
  }
  return script;
}

std::optional<Script> script_from_header(const RequestHead& head) {
  const std::string text = head.header("x-fake");
  if (text.empty()) return std::nullopt;
  return parse_script(json::parse(text, nullptr, false));
}

Script script_for(const RequestHead& head, const std::string& body, const std::string& name) {
  json parsed;
  // A prompt of many megabytes is not worth a DOM when nothing in it is for us.
  if (body.size() < (1 << 20) || body.find("\"fake\"") != std::string::npos) {
    parsed = json::parse(body, nullptr, false);
  }
  if (parsed.is_object() && parsed.contains("fake")) {
    if (auto script = parse_script(parsed["fake"])) return *script;
  }
  return default_script(head, parsed.is_discarded() ? json() : parsed, body, name);
}

}  // namespace paddock::fake
