#include "paddock/base/resolver.h"

#include <netdb.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "paddock/base/text.h"

namespace paddock {

namespace asio = boost::asio;

namespace {

constexpr int kThreads = 2;

Result<Resolver::Addresses, std::string> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (error != 0) return "`" + printable(host) + "` has no address: " + ::gai_strerror(error) + ".";
  Resolver::Addresses addresses;
  for (const addrinfo* entry = list; entry; entry = entry->ai_next) {
    char text[NI_MAXHOST];
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0)
      continue;
    if (std::find(addresses.begin(), addresses.end(), text) == addresses.end()) addresses.emplace_back(text);
  }
  ::freeaddrinfo(list);
  if (addresses.empty()) return "`" + printable(host) + "` has no address.";
  return addresses;
}

}  // namespace

// Shared with the threads, which may outlive the Resolver; they touch the io_context only under the mutex and
// only while it is set.
struct Resolver::Pool : std::enable_shared_from_this<Resolver::Pool> {
  struct Job {
    std::string host;
    Handler handler;
  };

  explicit Pool(asio::io_context& io) : context(&io) {}

  void answer(Handler handler, Result<Addresses, std::string> result);
  void submit(Job job);
  void work();

  std::mutex mutex;
  std::condition_variable changed;
  asio::io_context* context;  // null once the Resolver is gone
  std::deque<Job> jobs;
  int threads = 0;
  int idle = 0;
};

// With the mutex held, or from the io_context's thread, where nobody can destroy the Resolver meanwhile.
void Resolver::Pool::answer(Handler handler, Result<Addresses, std::string> result) {
  asio::post(*context, [pool = weak_from_this(), handler = std::move(handler), result = std::move(result)] {
    const std::shared_ptr<Pool> alive = pool.lock();
    // The context is cleared on this very thread, so this look at it cannot race.
    if (alive && alive->context) handler(result);
  });
}

void Resolver::Pool::submit(Job job) {
  const std::lock_guard lock(mutex);
  jobs.push_back(std::move(job));
  changed.notify_one();
  if (static_cast<int>(jobs.size()) <= idle || threads == kThreads) return;
  ++threads;
  std::thread([self = shared_from_this()] { self->work(); }).detach();
}

void Resolver::Pool::work() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  std::unique_lock lock(mutex);
  while (context) {
    if (jobs.empty()) {
      ++idle;
      changed.wait(lock);
      --idle;
      continue;
    }
    Job job = std::move(jobs.front());
    jobs.pop_front();
    lock.unlock();
    Result<Addresses, std::string> result = look_up(job.host);
    lock.lock();
    if (context) answer(std::move(job.handler), std::move(result));
  }
}

Resolver::Resolver(asio::io_context& context) : pool_(std::make_shared<Pool>(context)) {}

Resolver::~Resolver() {
  const std::lock_guard lock(pool_->mutex);
  pool_->context = nullptr;
  pool_->jobs.clear();
  pool_->changed.notify_all();
}

std::optional<Resolver::Addresses> Resolver::at_once(const std::string& host) {
  if (iequals(host, "localhost")) return Addresses{"127.0.0.1", "::1"};
  std::string literal = host;
  if (literal.size() > 2 && literal.front() == '[' && literal.back() == ']') {
    literal = literal.substr(1, literal.size() - 2);
  }
  boost::system::error_code error;
  const asio::ip::address address = asio::ip::make_address(literal, error);
  if (error) return std::nullopt;
  return Addresses{address.to_string()};
}

void Resolver::resolve(const std::string& host, Handler handler) {
  if (std::optional<Addresses> known = at_once(host))
    return pool_->answer(std::move(handler), std::move(*known));
  pool_->submit({host, std::move(handler)});
}

}  // namespace paddock
