#include "paddock/http/handler.h"

#include <algorithm>
#include <optional>

#include "paddock/base/text.h"
#include "paddock/http/error.h"

namespace paddock::http {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The next value of that name; `query` is left behind it.
std::optional<std::string_view> next_raw_value(std::string_view& query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const auto equals = pair.find('=');
    if (pair.empty() || percent_decode(pair.substr(0, equals), true) != name) continue;
    return equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
  }
  return std::nullopt;
}

std::optional<std::string_view> raw_query_value(std::string_view query, std::string_view name) {
  return next_raw_value(query, name);
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (iequals(key, name)) return value;
  }
  return {};
}

std::string Request::query_value(std::string_view name) const {
  const auto raw = raw_query_value(query, name);
  return raw ? percent_decode(*raw, true) : std::string();
}

bool Request::has_query(std::string_view name) const { return raw_query_value(query, name).has_value(); }

std::vector<std::string> Request::query_values(std::string_view name) const {
  std::vector<std::string> out;
  std::string_view rest = query;
  while (const auto raw = next_raw_value(rest, name)) out.push_back(percent_decode(*raw, true));
  return out;
}

std::string percent_decode(std::string_view text, bool plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += plus && text[i] == '+' ? ' ' : text[i];
  }
  return out;
}

Responder::Responder(std::shared_ptr<Target> target) : target_(std::move(target)) {}

Responder::~Responder() {
  if (!target_) return;
  ApiError error;
  error.code = "internal_error";
  error.message = "paddock gave no answer to this request; this is a bug in paddock";
  target_->reply(to_reply(error));
}

void Responder::reply(Reply reply) {
  if (const auto target = std::exchange(target_, nullptr)) target->reply(std::move(reply));
}

void Responder::stream(Reply head, std::unique_ptr<ByteSource> source) {
  if (const auto target = std::exchange(target_, nullptr)) target->stream(std::move(head), std::move(source));
}

}  // namespace paddock::http
