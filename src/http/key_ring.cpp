#include "key_ring.h"

#include <algorithm>

#include "paddock/base/text.h"

namespace paddock::http {

namespace {

using Field = boost::beast::http::field;

constexpr std::string_view kApiKey = "x-api-key";

// Its time depends on the length of the candidate, which the client knows, and on nothing else.
bool same(std::string_view candidate, std::string_view key) {
  unsigned difference = candidate.size() == key.size() ? 0 : 1;
  for (std::size_t i = 0; i < candidate.size(); ++i) {
    difference |= static_cast<unsigned char>(candidate[i]) ^ static_cast<unsigned char>(key[i % key.size()]);
  }
  return difference == 0;
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  for (int padding = 0; padding < 2 && !text.empty() && text.back() == '='; ++padding) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<unsigned>(digit)) & 0xFFFFFF;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>(bits >> count & 0xFF));
  }
  return out;
}

std::optional<std::string> key_in_authorization(std::string_view value) {
  const std::size_t blank = value.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = value.substr(0, blank);
  const std::string_view rest = trim(value.substr(blank));
  if (iequals(scheme, "Bearer")) return std::string(rest);
  if (!iequals(scheme, "Basic")) return std::nullopt;
  const std::optional<std::string> pair = decode_base64(rest);
  const std::size_t colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos || colon + 1 == pair->size()) return std::nullopt;
  return pair->substr(colon + 1);
}

bool Caller::may_use(std::string_view id) const {
  return models.empty() || std::find(models.begin(), models.end(), id) != models.end();
}

KeyRing::KeyRing(const std::vector<config::ApiKey>& keys) {
  for (const config::ApiKey& key : keys) keys_.push_back({key.key, {key.name, key.roles, key.models}});
}

const Caller* KeyRing::find(std::string_view candidate) const {
  const Caller* found = nullptr;
  // All of them, so that the time does not tell which one it was.
  for (const Key& key : keys_) {
    if (same(candidate, key.secret)) found = &key.caller;
  }
  return found;
}

const Caller* KeyRing::holder(const HeadFields& fields) const {
  const auto authorization = fields.find(Field::authorization);
  if (authorization != fields.end()) {
    const auto key = key_in_authorization(view(authorization->value()));
    if (key) return find(*key);
  }
  const auto api_key = fields.find(kApiKey);
  return api_key == fields.end() ? nullptr : find(trim(view(api_key->value())));
}

bool KeyRing::carries_key(std::string_view name, std::string_view value) const {
  if (empty()) return false;
  if (iequals(name, kApiKey)) return find(trim(value)) != nullptr;
  if (!iequals(name, "authorization")) return false;
  const auto key = key_in_authorization(value);
  return key && find(*key) != nullptr;
}

}  // namespace paddock::http
