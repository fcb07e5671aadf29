// KeyRing: the keys that open the daemon, whose they are, and which request carries one.
//
// A request names its key as the password of `Authorization: Basic`, as `Authorization: Bearer`, or in
// `x-api-key`; the first of these that is there counts. Comparing takes as long for a wrong key as for a
// right one, whatever they have in common.
// No keys: everybody is let in. Immutable; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "head_fields.h"
#include "paddock/config/access.h"
#include "paddock/http/caller.h"

namespace paddock::http {

class KeyRing {
 public:
  KeyRing() = default;
  explicit KeyRing(const std::vector<config::ApiKey>& keys);

  bool empty() const { return keys_.empty(); }
  // Whose key these fields carry; null: nobody's. Lives as long as the ring.
  const Caller* holder(const HeadFields& fields) const;
  // Whether this field carries one of the keys: then it is ours and no business of an upstream.
  bool carries_key(std::string_view name, std::string_view value) const;

 private:
  struct Key {
    std::string secret;
    Caller caller;
  };

  const Caller* find(std::string_view candidate) const;

  std::vector<Key> keys_;
};

// What `Authorization` says: the password of Basic (nothing if it is empty or malformed), the token of
// Bearer.
std::optional<std::string> key_in_authorization(std::string_view value);

// Standard alphabet, padding optional; nothing if malformed.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace paddock::http
