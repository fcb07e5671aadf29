// ControlCall: a control request between its session and its handler. It takes the handler's one answer from
// whatever thread gives it to the session's worker.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "event.h"
#include "net.h"
#include "paddock/base/clock.h"
#include "paddock/http/handler.h"

namespace paddock::http {

inline constexpr Duration kKeepAlive = std::chrono::seconds(15);

class ControlCall final : public Responder::Target, public std::enable_shared_from_this<ControlCall> {
 public:
  explicit ControlCall(asio::io_context& worker) : worker_(worker) {}

  // Any thread.
  void reply(Reply reply) noexcept override;
  void stream(Reply head, std::unique_ptr<ByteSource> source) noexcept override;

  // Session's worker from here on.
  Task<void> wait() { return news_.wait(); }
  const Reply& answer() const { return *reply_; }
  // Null for a plain reply.
  ByteSource* source() { return source_.get(); }
  // Starts the source; its wakes and interrupt() end wait() from now on.
  void start_source();
  ByteSource::Pull pull(std::string& out);
  // It has asked since the last pull() to be pulled again: it is not at its end, and waits for nothing.
  bool has_more() const { return *woken_; }
  void drop_source() { source_.reset(); }
  // Something was written at that time. After kKeepAlive without, tick() ends wait() and due() is true.
  void said(TimePoint now) { said_ = now; }
  bool due(TimePoint now) const { return now - said_ >= kKeepAlive; }
  void tick(TimePoint now);
  void interrupt() { news_.set(); }

 private:
  void arrive(Reply reply, std::unique_ptr<ByteSource> source) noexcept;

  asio::io_context& worker_;
  Event news_;
  std::optional<Reply> reply_;
  std::unique_ptr<ByteSource> source_;
  TimePoint said_;
  const std::shared_ptr<std::atomic<bool>> woken_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace paddock::http
