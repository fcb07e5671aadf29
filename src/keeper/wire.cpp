#include "wire.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace paddock::keeper {

namespace {

constexpr std::size_t kMostDescriptors = 3;

void put(std::string& out, std::uint64_t number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put(std::string& out, const std::string& text) {
  put(out, text.size());
  out += text;
}

void put(std::string& out, const std::vector<std::string>& texts) {
  put(out, texts.size());
  for (const std::string& text : texts) put(out, text);
}

class Unpacker {
 public:
  explicit Unpacker(std::string bytes) : bytes_(std::move(bytes)) {}

  std::uint64_t number() {
    std::uint64_t out = 0;
    if (!has(sizeof out)) return 0;
    std::memcpy(&out, bytes_.data() + at_, sizeof out);
    at_ += sizeof out;
    return out;
  }
  std::string text() {
    const std::uint64_t size = number();
    if (!has(size)) return {};
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }
  std::vector<std::string> texts() {
    std::vector<std::string> out;
    for (std::uint64_t left = number(); left > 0 && ok_; --left) out.push_back(text());
    return out;
  }
  bool complete() const { return ok_ && at_ == bytes_.size(); }

 private:
  bool has(std::uint64_t size) { return ok_ = ok_ && size <= bytes_.size() - at_; }

  const std::string bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

bool write_all(int fd, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t wrote = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    done += static_cast<std::size_t>(wrote);
  }
  return true;
}

std::string read_file(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return {};
  std::string out(static_cast<std::size_t>(info.st_size), '\0');
  const ssize_t got = ::pread(fd, out.data(), out.size(), 0);
  out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return out;
}

}  // namespace

UniqueFd pack(const Order& order, const Places& places) {
  std::string bytes;
  put(bytes, order.name);
  put(bytes, order.program);
  put(bytes, order.argv);
  put(bytes, order.env);
  put(bytes, order.files.rlim_cur);
  put(bytes, order.files.rlim_max);
  put(bytes, std::uint64_t{order.detached});
  put(bytes, places.records);
  put(bytes, places.cgroups);
  UniqueFd file(::memfd_create("paddock-order", MFD_CLOEXEC));
  if (file && !write_all(file.get(), bytes)) file.reset();
  return file;
}

std::optional<std::pair<Order, Places>> unpack(int fd) {
  Unpacker in(read_file(fd));
  std::pair<Order, Places> out;
  auto& [order, places] = out;
  order.name = in.text();
  order.program = in.text();
  order.argv = in.texts();
  order.env = in.texts();
  order.files.rlim_cur = in.number();
  order.files.rlim_max = in.number();
  order.detached = in.number() != 0;
  places.records = in.text();
  places.cgroups = in.text();
  if (!in.complete()) return std::nullopt;
  return out;
}

std::optional<Pair> socket_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return std::nullopt;
  return Pair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

bool send_bytes(int socket, const void* bytes, std::size_t size, const std::vector<int>& descriptors) {
  iovec part{const_cast<void*>(bytes), size};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMostDescriptors * sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!descriptors.empty()) {
    const std::size_t length = descriptors.size() * sizeof(int);
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(length);
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(length);
    std::memcpy(CMSG_DATA(head), descriptors.data(), length);
  }
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(size);
}

Received receive_bytes(int socket, void* bytes, std::size_t size) {
  iovec part{bytes, size};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMostDescriptors * sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  Received out;
  ssize_t got = 0;
  do {
    got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    // ECONNRESET, once: the other end was closed with something of ours unread. What it said before is still
    // here.
  } while (got < 0 && (errno == EINTR || errno == ECONNRESET));
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) out.state = Received::State::kNothingYet;
  if (got <= 0) return out;
  for (cmsghdr* head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
    std::array<int, kMostDescriptors> fds{};
    const std::size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    std::memcpy(fds.data(), CMSG_DATA(head), count * sizeof(int));
    for (std::size_t i = 0; i < count; ++i) out.descriptors[i].reset(fds[i]);
  }
  out.state = Received::State::kMessage;
  out.size = static_cast<std::size_t>(got);
  return out;
}

}  // namespace paddock::keeper
