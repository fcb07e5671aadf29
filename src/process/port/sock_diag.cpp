#include "port/sock_diag.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

#include "paddock/base/unique_fd.h"

namespace paddock::process {

namespace {

struct Question {
  nlmsghdr head;
  inet_diag_req_v2 body;
};

enum class Heard { kMore, kAll, kRefused };

bool ask(int fd, unsigned char family) {
  Question question{};
  question.head.nlmsg_len = sizeof question;
  question.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  question.body.sdiag_family = family;
  question.body.sdiag_protocol = IPPROTO_TCP;
  question.body.idiag_states = 1u << TCP_LISTEN;
  return ::send(fd, &question, sizeof question, 0) == static_cast<ssize_t>(sizeof question);
}

ListeningSocket socket_of(const inet_diag_msg& message) {
  ListeningSocket socket;
  socket.address = kAnyV4;
  const bool v6 = message.idiag_family == AF_INET6;
  std::memcpy(socket.address.data() + (v6 ? 0 : 12), message.id.idiag_src, v6 ? 16 : 4);
  socket.port = ntohs(message.id.idiag_sport);
  socket.inode = message.idiag_inode;
  return socket;
}

Heard read_messages(const char* bytes, std::size_t size, std::vector<ListeningSocket>& sockets) {
  while (size >= sizeof(nlmsghdr)) {
    nlmsghdr head;
    std::memcpy(&head, bytes, sizeof head);
    if (head.nlmsg_len < sizeof head || head.nlmsg_len > size) return Heard::kRefused;
    if (head.nlmsg_type == NLMSG_DONE) return Heard::kAll;
    if (head.nlmsg_type != SOCK_DIAG_BY_FAMILY) return Heard::kRefused;
    inet_diag_msg message;
    if (head.nlmsg_len < NLMSG_LENGTH(sizeof message)) return Heard::kRefused;
    std::memcpy(&message, bytes + NLMSG_HDRLEN, sizeof message);
    if (message.idiag_inode != 0) sockets.push_back(socket_of(message));
    const std::size_t step = NLMSG_ALIGN(head.nlmsg_len);
    if (step >= size) break;
    bytes += step;
    size -= step;
  }
  return Heard::kMore;
}

bool hear(int fd, std::vector<ListeningSocket>& sockets) {
  alignas(nlmsghdr) std::array<char, 32768> buffer;
  for (Heard heard = Heard::kMore; heard != Heard::kAll;) {
    const ssize_t size = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size <= 0) return false;
    heard = read_messages(buffer.data(), static_cast<std::size_t>(size), sockets);
    if (heard == Heard::kRefused) return false;
  }
  return true;
}

}  // namespace

std::optional<std::vector<ListeningSocket>> diag_listening() {
  const UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  std::vector<ListeningSocket> sockets;
  for (const unsigned char family : {AF_INET, AF_INET6}) {
    if (!fd || !ask(fd.get(), family) || !hear(fd.get(), sockets)) return std::nullopt;
  }
  return sockets;
}

}  // namespace paddock::process
