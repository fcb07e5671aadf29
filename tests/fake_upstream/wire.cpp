#include "wire.h"

#include <cstdio>

namespace paddock::fake {
namespace {

const char* reason_of(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 103:
      return "Early Hints";
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 404:
      return "Not Found";
    case 413:
      return "Payload Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Scripted";
  }
}

std::string status_line(int status) {
  return "HTTP/1.1 " + std::to_string(status) + " " + reason_of(status) + "\r\n";
}

long long length_of(const Script& script) {
  long long sum = 0;
  for (const auto& piece : script.pieces) sum += static_cast<long long>(piece.size());
  return script.declared_length.value_or(sum);
}

}  // namespace

bool has_body(const Script& script, const RequestHead& request) {
  return request.method != "HEAD" && script.status != 204 && script.status != 304;
}

std::string encode_interim(int status) {
  std::string head = status_line(status);
  if (status == 103) head += "Link: </style.css>; rel=preload\r\n";
  return head + "\r\n";
}

std::string encode_head(const Script& script) {
  if (script.mode == Mode::kRaw) return {};
  std::string head = status_line(script.status) + "Server: fake\r\n";
  if (script.status != 204) head += "Content-Type: " + script.content_type + "\r\n";
  for (const auto& [name, value] : script.headers) head += name + ": " + value + "\r\n";
  if (script.keepalive_timeout) {
    head += "Keep-Alive: timeout=" + std::to_string(*script.keepalive_timeout) + "\r\n";
  }
  if (script.mode == Mode::kClose) head += "Connection: close\r\n";
  if (script.mode == Mode::kChunked) head += "Transfer-Encoding: chunked\r\n";
  if (script.mode == Mode::kLength && script.status != 204) {
    head += "Content-Length: " + std::to_string(length_of(script)) + "\r\n";
  }
  return head + "\r\n";
}

std::string encode_piece(const Script& script, const std::string& piece) {
  if (script.mode != Mode::kChunked) return piece;
  char size[20];
  std::snprintf(size, sizeof size, "%zx", piece.size());
  return size + script.chunk_ext + "\r\n" + piece + "\r\n";
}

std::string encode_end(const Script& script) {
  if (script.mode != Mode::kChunked) return {};
  std::string end = "0" + script.chunk_ext + "\r\n";
  for (const auto& [name, value] : script.trailers) end += name + ": " + value + "\r\n";
  return end + "\r\n";
}

}  // namespace paddock::fake
