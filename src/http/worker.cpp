#include "worker.h"

#include <algorithm>

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "session.h"

namespace paddock::http {

namespace {

constexpr auto kTick = std::chrono::milliseconds(250);

}  // namespace

Worker::Worker(Shared& shared, InFlight::Table& in_flight)
    : shared_(shared),
      in_flight_(in_flight),
      settings_(std::make_shared<const Settings>(shared.settings)),
      tls_(shared.options.tls),
      guard_(context_.get_executor()),
      timer_(context_),
      pool_(context_),
      resolver_(context_) {
  in_flight_.on_cancel([this](std::uint64_t request) { cancel(request); });
  tick();
}

Worker::~Worker() { cutting_ = false; }

void Worker::run() {
  while (true) {
    try {
      context_.run();
      return;
    } catch (const std::exception& failure) {
      // A session's own failure ends in its session; whatever comes here must not end the others.
      spdlog::error("a handler failed unexpectedly: {}", failure.what());
    }
  }
}

void Worker::tick() {
  now_ = steady_now();
  // Sessions may leave the list while it is walked.
  const std::vector<Session*> sessions = sessions_;
  for (Session* session : sessions) session->tick(now_);
  pool_.prune(now_);
  timer_.expires_after(kTick);
  timer_.async_wait([this](error_code error) {
    if (!error) tick();
  });
}

void Worker::adopt(Socket socket) {
  asio::post(context_, [this, socket = std::move(socket)]() mutable {
    auto session = std::make_shared<Session>(*this, std::move(socket));
    session->begin();
  });
}

void Worker::enlist(Session& session) {
  session.place_in_worker = sessions_.size();
  sessions_.push_back(&session);
}

void Worker::delist(Session& session) {
  Session* const last = sessions_.back();
  last->place_in_worker = session.place_in_worker;
  sessions_[session.place_in_worker] = last;
  sessions_.pop_back();
  shared_.connections.fetch_sub(1, std::memory_order_relaxed);
  shared_.on_connection_end();
  release_if_done();
}

void Worker::change(Settings settings, std::function<void()> done) {
  asio::post(context_, [this, settings = std::move(settings), done = std::move(done)]() mutable {
    settings_ = std::make_shared<const Settings>(std::move(settings));
    done();
  });
}

void Worker::change_tls(std::shared_ptr<const TlsIdentity> identity) {
  asio::post(context_, [this, identity = std::move(identity)]() mutable { tls_ = std::move(identity); });
}

void Worker::drain() {
  asio::post(context_, [this] {
    draining_ = true;
    const std::vector<Session*> sessions = sessions_;
    for (Session* session : sessions) session->drain();
  });
}

void Worker::cut_broken() {
  asio::post(context_, [this] {
    const std::vector<Session*> sessions = sessions_;
    for (Session* session : sessions) session->cut_broken();
  });
}

// Any thread.
void Worker::cancel(std::uint64_t request) {
  asio::post(context_, [this, request] {
    const std::vector<Session*> sessions = sessions_;
    for (Session* session : sessions) session->cancel(request);
  });
}

void Worker::cut() {
  asio::post(context_, [this] {
    draining_ = cutting_ = true;
    const std::vector<Session*> sessions = sessions_;
    for (Session* session : sessions) session->cut();
    release_if_done();
  });
}

void Worker::release_if_done() {
  if (!cutting_ || !sessions_.empty()) return;
  timer_.cancel();
  pool_.clear();
  guard_.reset();
}

}  // namespace paddock::http
