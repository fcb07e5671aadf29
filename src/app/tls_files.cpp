#include "tls_files.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <utility>

#include "paddock/base/text.h"
#include "source_state.h"

namespace paddock::app {

namespace {

std::string state_of(const TlsChoice& choice) { return look_at({{choice.certificate, choice.key}, {}}).text; }

void warn_of_open_key(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0 || (facts.st_mode & S_IROTH) == 0) return;
  spdlog::warn("everybody on this machine may read the private key `{}`: chmod 600 it", printable(path));
}

}  // namespace

Result<Identity, std::string> load_identity(const TlsChoice& choice) {
  if (choice.empty()) return Identity();
  return http::TlsIdentity::load(choice.certificate, choice.key);
}

TlsFiles::TlsFiles(boost::asio::io_context& control, TlsChoice choice, std::function<void(Identity)> accept)
    : choice_(std::move(choice)), accept_(std::move(accept)), errands_(control), timer_(control) {
  if (choice_.empty()) return;
  tried_ = seen_ = state_of(choice_);
  warn_of_open_key(choice_.key);
}

void TlsFiles::watch(std::chrono::milliseconds period) {
  if (choice_.empty()) return;
  period_ = period;
  timer_.expires_after(period_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) look();
  });
}

void TlsFiles::look() {
  errands_.run([this, choice = choice_]() -> Errands::Done {
    return [this, state = state_of(choice)] { compare(state); };
  });
}

void TlsFiles::compare(const std::string& state) {
  const bool settled = std::exchange(seen_, state) == state;
  if (settled && state != tried_) reload("files changed");
  watch(period_);
}

void TlsFiles::reload(const std::string& reason) {
  if (choice_.empty()) return;
  errands_.run([this, choice = choice_, reason]() -> Errands::Done {
    // Looked at first: what changes while it is read is a change.
    const std::string state = state_of(choice);
    warn_of_open_key(choice.key);
    return [this, read = load_identity(choice), reason, state] { took(read, reason, state); };
  });
}

void TlsFiles::took(const Result<Identity, std::string>& read, const std::string& reason,
                    const std::string& state) {
  const bool changed = std::exchange(tried_, state) != state;
  if (!read) {
    spdlog::error("the TLS certificate was not reloaded ({}), the old one stays: {}", reason, read.error());
    return;
  }
  if (changed)
    spdlog::info("the TLS certificate `{}` was reloaded ({})", printable(choice_.certificate), reason);
  accept_(*read);
}

}  // namespace paddock::app
