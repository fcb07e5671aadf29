// TlsIdentity: the certificate and the private key with which the listener speaks TLS (1.2 and newer,
// HTTP/1.1 only). Read once from PEM files; a new pair is a new object, and connections that were greeted
// with an old one keep it. Never says anything about what is in the key. Immutable; any thread.
#pragma once

#include <memory>
#include <string>

#include "paddock/base/result.h"

struct ssl_ctx_st;

namespace paddock::http {

class TlsIdentity {
 public:
  // `certificate` may hold the chain behind it. Reads files; the error is a sentence that names the one that
  // is wrong.
  static Result<std::shared_ptr<const TlsIdentity>, std::string> load(const std::string& certificate,
                                                                      const std::string& key);

  // OpenSSL's object, for http's own use.
  ssl_ctx_st* context() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };

  TlsIdentity();

  std::unique_ptr<ssl_ctx_st, Free> context_;
};

}  // namespace paddock::http
