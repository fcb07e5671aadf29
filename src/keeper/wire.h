// What daemon, helper and keepers say to each other over socket pairs (SOCK_SEQPACKET: a message is whole or
// not there). Both ends are the same program, so the layout is nobody else's business; what cannot be read is
// treated as the end of the other side.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "paddock/base/unique_fd.h"
#include "paddock/keeper/keeper.h"

namespace paddock::keeper {

// From a keeper to the daemon.
enum class Word : int { kNotStarted, kNoSystem, kStarted, kEndedCode, kEndedSignal, kGone };
struct Message {
  Word word;
  int value = 0;  // an errno, a pid, a code, a signal
};

// From the daemon to a keeper: a signal's number, or this.
inline constexpr int kEnd = 0;

// An order as a file in memory, since an environment may be larger than a message.
UniqueFd pack(const Order& order, const Places& places);
std::optional<std::pair<Order, Places>> unpack(int fd);

struct Pair {
  UniqueFd ours, theirs;
};
std::optional<Pair> socket_pair();

// False if the other end is gone or, for a socket that does not block, takes no more.
bool send_bytes(int socket, const void* bytes, std::size_t size, const std::vector<int>& descriptors = {});

struct Received {
  enum class State { kMessage, kNothingYet, kOver };
  State state = State::kOver;
  std::size_t size = 0;
  std::array<UniqueFd, 3> descriptors;
};
Received receive_bytes(int socket, void* bytes, std::size_t size);

}  // namespace paddock::keeper
