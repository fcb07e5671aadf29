#include "service_manager.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <utility>

#include "paddock/base/unique_fd.h"

namespace paddock::app {

namespace {

constexpr const char* kVariable = "NOTIFY_SOCKET";
constexpr timeval kPatience{1, 0};

struct Address {
  sockaddr_un name{};
  socklen_t size = 0;
};

std::optional<Address> parse(std::string_view text) {
  Address address;
  const bool abstract = text.starts_with('@');
  if (!abstract && !text.starts_with('/')) return std::nullopt;
  // A path ends with a zero byte, an abstract name begins with one and ends where the size says.
  if (text.size() + (abstract ? 0 : 1) > sizeof address.name.sun_path) return std::nullopt;
  address.name.sun_family = AF_UNIX;
  std::copy(text.begin(), text.end(), address.name.sun_path);
  if (abstract) address.name.sun_path[0] = '\0';
  address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size() + (abstract ? 0 : 1));
  return address;
}

std::string status_line(std::string_view status) {
  return "STATUS=" + std::string(status.substr(0, status.find('\n'))) + "\n";
}

// As the manager compares it with its own; steady_clock's epoch is nobody's promise.
std::string monotonic_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::to_string(static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000);
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
  const char* found = std::getenv(kVariable);
  std::string address = found ? found : "";
  ::unsetenv(kVariable);
  return ServiceManager(std::move(address));
}

void ServiceManager::ready(std::string_view status) {
  tell_unless_stopping("READY=1\n" + status_line(status));
}

void ServiceManager::reloading() {
  tell_unless_stopping("RELOADING=1\nMONOTONIC_USEC=" + monotonic_microseconds() + "\n" +
                       status_line("reading the configuration again"));
}

void ServiceManager::stopping(std::string_view status, Duration limit) {
  const auto extent = std::chrono::duration_cast<std::chrono::microseconds>(limit).count();
  std::lock_guard lock(mutex_);
  stopping_ = true;
  send("STOPPING=1\n" + status_line(status) + "EXTEND_TIMEOUT_USEC=" + std::to_string(extent) + "\n");
}

void ServiceManager::tell_unless_stopping(const std::string& lines) {
  std::lock_guard lock(mutex_);
  if (!stopping_) send(lines);
}

void ServiceManager::send(const std::string& lines) const {
  const std::optional<Address> address = parse(address_);
  if (!address) return;
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  ::sendto(socket.get(), lines.data(), lines.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&address->name), address->size);
}

}  // namespace paddock::app
