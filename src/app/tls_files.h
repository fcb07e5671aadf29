// TlsFiles: the certificate and the key of the listener, read again when they may have changed.
//
// With `watch` the two files are looked at every two seconds; a pair that has changed is read when it was
// left alone between two looks. Whoever renews them replaces one after the other: a pair that does not fit,
// or cannot be read, is told in the log and changes nothing.
// Control thread only; the files are read elsewhere.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "cli.h"
#include "paddock/base/errands.h"
#include "paddock/base/result.h"
#include "paddock/http/tls.h"

namespace paddock::app {

using Identity = std::shared_ptr<const http::TlsIdentity>;

// Null if `choice` names no files. The error is a sentence.
Result<Identity, std::string> load_identity(const TlsChoice& choice);

class TlsFiles {
 public:
  // `accept` gets every new pair.
  TlsFiles(boost::asio::io_context& control, TlsChoice choice, std::function<void(Identity)> accept);

  // From now on the files are watched, every `period`.
  void watch(std::chrono::milliseconds period = std::chrono::seconds(2));
  // Reads them now; `reason` is a word for the log. Nothing happens where there is no TLS.
  void reload(const std::string& reason);

 private:
  void look();
  void compare(const std::string& state);
  void took(const Result<Identity, std::string>& read, const std::string& reason, const std::string& state);

  const TlsChoice choice_;
  const std::function<void(Identity)> accept_;
  Errands errands_;
  boost::asio::steady_timer timer_;
  std::chrono::milliseconds period_{0};
  std::string tried_;  // how the files were when they were read last
  std::string seen_;   // and at the last look
};

}  // namespace paddock::app
