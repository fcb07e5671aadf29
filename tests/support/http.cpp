#include "tests/support/http.h"

namespace paddock::test {

namespace {

constexpr const char* kChat = "/v1/chat/completions";

Response closing(int port, const std::string& method, const std::string& target, const std::string& body) {
  HeaderList headers{{"Connection", "close"}};
  return ask(port, make_request(method, target, body, headers));
}

}  // namespace

std::string Response::error_code() const {
  const Json parsed = json();
  if (!parsed.is_object() || !parsed.contains("error")) return {};
  return parsed["error"].value("code", "");
}

std::string Response::error_message() const {
  const Json parsed = json();
  if (!parsed.is_object() || !parsed.contains("error")) return {};
  return parsed["error"].value("message", "");
}

std::string make_request(const std::string& method, const std::string& target, const std::string& body,
                         const HeaderList& headers) {
  std::string text = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  if (!body.empty() || method == "POST") text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + "\r\n" + body;
}

std::string chat_body(const std::string& model, const Json& script, bool stream) {
  Json body = {{"model", model}, {"messages", Json::array()}};
  if (stream) body["stream"] = true;
  if (!script.is_null()) body["fake"] = script;
  return body.dump();
}

std::string chat_request(const std::string& model, const Json& script, bool stream) {
  return make_request("POST", kChat, chat_body(model, script, stream));
}

Response read_response(RawClient& client, bool no_body, Millis time) {
  Response response;
  response.head = client.read_head(time);
  response.body = client.read_body(response.head, no_body, time);
  return response;
}

Response ask(int port, const std::string& request, Millis time) {
  RawClient client(port);
  client.send(request);
  return read_response(client, request.rfind("HEAD ", 0) == 0, time);
}

Response get(int port, const std::string& target) { return closing(port, "GET", target, {}); }

Response post(int port, const std::string& target, const std::string& body) {
  return closing(port, "POST", target, body);
}

Response chat(int port, const std::string& model, const Json& script, bool stream) {
  return closing(port, "POST", kChat, chat_body(model, script, stream));
}

std::future<Response> start_chat(int port, const std::string& model, const Json& script, bool stream) {
  return std::async(std::launch::async,
                    [port, model, script, stream] { return chat(port, model, script, stream); });
}

std::future<Response> start_post(int port, const std::string& target) {
  return std::async(std::launch::async, [port, target] { return post(port, target); });
}

}  // namespace paddock::test
