// The polite client on top of RawClient: one request, one answer, connection closed. Throws like RawClient.
#pragma once

#include <future>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/raw_client.h"

namespace paddock::test {

using Json = nlohmann::json;

struct Response {
  Head head;
  Body body;

  int status() const { return head.status; }
  // Null (discarded) when it is no JSON.
  Json json() const { return Json::parse(body.bytes, nullptr, false); }
  // `error.code` of our errors; empty when there is none.
  std::string error_code() const;
  std::string error_message() const;
};

// The bytes of a request with Host and, where there is a body, Content-Length.
std::string make_request(const std::string& method, const std::string& target, const std::string& body = {},
                         const HeaderList& headers = {});
// A chat request for `model` whose answer follows `script` (null: the fake's own).
std::string chat_body(const std::string& model, const Json& script = nullptr, bool stream = false);
std::string chat_request(const std::string& model, const Json& script = nullptr, bool stream = false);

Response read_response(RawClient& client, bool no_body = false, Millis time = kPatience);
Response ask(int port, const std::string& request, Millis time = kPatience);

Response get(int port, const std::string& target);
Response post(int port, const std::string& target, const std::string& body = {});
Response chat(int port, const std::string& model, const Json& script = nullptr, bool stream = false);

// The same on a thread of its own.
std::future<Response> start_chat(int port, const std::string& model, const Json& script = nullptr,
                                 bool stream = false);
std::future<Response> start_post(int port, const std::string& target);

}  // namespace paddock::test
