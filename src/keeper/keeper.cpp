// The daemon's side.
#include "paddock/keeper/keeper.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "helper.h"
#include "wire.h"

namespace paddock::keeper {

namespace {

News news_of(const Message& message, UniqueFd descriptor) {
  switch (message.word) {
    case Word::kNotStarted:
      return NotStarted{message.value, false};
    case Word::kNoSystem:
      return NotStarted{message.value, true};
    case Word::kStarted:
      return Started{message.value, std::move(descriptor)};
    case Word::kEndedCode:
      return Ended{message.value, std::nullopt};
    case Word::kEndedSignal:
      return Ended{std::nullopt, message.value};
    case Word::kGone:
      return Gone{};
  }
  return Lost{};
}

bool is_last(const News& news) {
  return std::holds_alternative<NotStarted>(news) || std::holds_alternative<Gone>(news) ||
         std::holds_alternative<Lost>(news);
}

}  // namespace

std::optional<News> Keeper::next() {
  if (!socket_) return std::nullopt;
  Message message{};
  Received received = receive_bytes(socket_.get(), &message, sizeof message);
  if (received.state == Received::State::kNothingYet) return std::nullopt;
  const bool whole = received.state == Received::State::kMessage && received.size == sizeof message;
  News news = whole ? news_of(message, std::move(received.descriptors[0])) : News(Lost{});
  if (is_last(news)) socket_.reset();
  return news;
}

void Keeper::signal(int number) { send(number); }

void Keeper::end() { send(kEnd); }

// A keeper reads at once; one that does not is stuck or gone, and losing the socket tells it the same.
void Keeper::send(int word) {
  if (socket_) send_bytes(socket_.get(), &word, sizeof word);
}

// Later calls come from a process with many threads. What the new helper does before it has settled in takes
// no lock that another thread may hold (malloc's are safe over a fork), and it execs only from keepers.
Result<Helper, std::string> Helper::fork() {
  std::optional<Pair> pair = socket_pair();
  if (!pair) return std::string("no socket for the helper process: ") + std::strerror(errno);
  const pid_t pid = ::fork();
  if (pid < 0) return std::string("the helper process cannot be forked: ") + std::strerror(errno);
  if (pid == 0) run_helper(std::move(pair->theirs));
  return Helper(std::move(pair->ours), pid);
}

// True if orders can be sent again.
bool Helper::replace() {
  Result<Helper, std::string> other = fork();
  if (!other) return false;
  ::kill(pid_, SIGKILL);  // ours and unreaped, so its number is its own
  ::waitpid(pid_, nullptr, 0);
  socket_ = std::move(other->socket_);
  pid_ = other->pid_;
  return true;
}

Result<Keeper, std::string> Helper::start(const Order& order, const UniqueFd& output) {
  std::optional<Pair> pair = socket_pair();
  const UniqueFd packed = pack(order, places_);
  if (!pair || !packed) return std::string("no descriptor is left: ") + std::strerror(errno) + ".";
  const auto send = [&] {
    const char word = 0;
    return send_bytes(socket_.get(), &word, 1, {pair->theirs.get(), packed.get(), output.get()});
  };
  // ECONNRESET: it was killed with an order unread.
  const auto is_dead = [] { return errno == EPIPE || errno == ECONNRESET; };
  if (send() || (is_dead() && replace() && send())) return Keeper(std::move(pair->ours));
  return std::string("the helper process that starts models takes no order (") + std::strerror(errno) + ").";
}

}  // namespace paddock::keeper
