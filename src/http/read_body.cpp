#include "read_body.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "chunk_scanner.h"
#include "event.h"
#include "worker.h"

namespace paddock::http {

namespace {

// A chunked body holds at least so much more at a time.
constexpr std::uint64_t kStep = 64 << 10;

class MemoryWait final : public BodyBudget::Wait, public std::enable_shared_from_this<MemoryWait> {
 public:
  explicit MemoryWait(asio::io_context& worker) : worker_(worker) {}

  void granted() override {
    asio::post(worker_, [self = shared_from_this()] { self->news.set(); });
  }

  Event news;
  bool interrupted = false;

 private:
  asio::io_context& worker_;
};

// A place in the line that is left, or its memory taken, on every path.
class InLine {
 public:
  InLine(BodyBudget& budget, std::shared_ptr<MemoryWait> wait, std::uint64_t bytes, std::uint64_t total)
      : budget_(budget), wait_(std::move(wait)), bytes_(bytes) {
    budget_.line_up(wait_, bytes, total);
  }
  InLine(const InLine&) = delete;
  InLine& operator=(const InLine&) = delete;
  ~InLine() {
    BodyBudget::Hold dropped;
    leave(dropped);
  }

  // True if the memory was there: it is added to `hold`.
  bool leave(BodyBudget::Hold& hold) {
    if (std::exchange(left_, true) || budget_.leave(wait_)) return false;
    budget_.claim(hold, bytes_);
    return true;
  }

 private:
  BodyBudget& budget_;
  std::shared_ptr<MemoryWait> wait_;
  std::uint64_t bytes_;
  bool left_ = false;
};

// kComplete: held.
Task<BodyEnd> wait_for_memory(BodySource& source, RequestBody& body, std::uint64_t bytes, bool bounded) {
  const auto wait = std::make_shared<MemoryWait>(source.worker.context());
  InLine place(source.budget, wait, bytes, body.rules().total);
  Timer timer(source.worker.context());
  if (bounded) {
    timer.expires_after(source.patience);
    timer.async_wait([wait](error_code error) {
      if (!error) wait->news.set();
    });
  }
  source.on_interrupt([wait] {
    wait->interrupted = true;
    wait->news.set();
  });
  co_await wait->news.wait();
  source.on_interrupt(nullptr);
  timer.cancel();
  const bool held = place.leave(body.hold());
  if (wait->interrupted) co_return BodyEnd::kClientGone;
  co_return held ? BodyEnd::kComplete : BodyEnd::kNoMemory;
}

Task<BodyEnd> hold_memory(BodySource& source, RequestBody& body, std::uint64_t bytes, bool bounded) {
  const std::uint64_t held = body.hold().bytes();
  if (bytes <= held || !body.in_memory()) co_return BodyEnd::kComplete;
  if (bytes > body.rules().total) co_return BodyEnd::kOverTotal;
  if (source.budget.try_take(body.hold(), bytes - held, body.rules().total)) co_return BodyEnd::kComplete;
  // Without more memory the rest simply goes to its file earlier.
  if (body.may_use_file()) co_return BodyEnd::kComplete;
  co_return co_await wait_for_memory(source, body, bytes - held, bounded);
}

// Why the body took no more.
BodyEnd stopped(const RequestBody& body) {
  return body.file_failure().what.empty() ? BodyEnd::kRefused : BodyEnd::kFileFailed;
}

Task<BodyEnd> read_length(BodySource& source, RequestBody& body) {
  ClientLink& link = source.link;
  const std::uint64_t length = source.head.content_length();
  while (body.size() < length) {
    const std::uint64_t left = length - body.size();
    const std::span<char> room = body.room(static_cast<std::size_t>(left));
    if (room.empty()) co_return stopped(body);
    link.arm(source.worker.now(), link.body_timeout, link.socket);
    const std::size_t got = co_await link.reader.read_some(room.data(), room.size());
    link.disarm();
    if (got == 0) co_return BodyEnd::kClientGone;
    if (!body.commit(got)) co_return stopped(body);
  }
  co_return BodyEnd::kComplete;
}

bool append(RequestBody& body, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<char> room = body.room(bytes.size());
    if (room.empty()) return false;
    std::memcpy(room.data(), bytes.data(), room.size());
    if (!body.commit(room.size())) return false;
    bytes.remove_prefix(room.size());
  }
  return true;
}

// Appends the payload of what is buffered. Nothing while there is more to come.
std::optional<BodyEnd> take_chunks(ClientReader& reader, ChunkScanner& scanner, RequestBody& body) {
  std::vector<std::string_view> payload;
  const std::size_t used = scanner.feed(reader.buffered(), &payload);
  if (scanner.payload_bytes() > body.rules().limit) return BodyEnd::kTooLarge;
  for (const std::string_view run : payload) {
    if (!append(body, run)) return stopped(body);
  }
  reader.consume(used);
  if (scanner.state() == ChunkScanner::State::kBad) return BodyEnd::kBadFraming;
  if (scanner.state() == ChunkScanner::State::kDone) return BodyEnd::kComplete;
  return std::nullopt;
}

// For as many bytes more as are buffered, framing included.
Task<BodyEnd> hold_for_buffered(BodySource& source, RequestBody& body) {
  const BodyRules& rules = body.rules();
  const std::uint64_t most = std::min(rules.limit, rules.memory);
  const std::uint64_t need = std::min(body.size() + source.link.reader.buffered().size(), most);
  const std::uint64_t held = body.hold().bytes();
  if (need <= held) co_return BodyEnd::kComplete;
  const std::uint64_t ahead = std::min({std::max(held * 2, kStep), most, rules.total});
  const bool first = held == 0;
  const std::uint64_t bytes = std::max(need, ahead);
  co_return co_await hold_memory(source, body, bytes, !first);
}

Task<BodyEnd> read_chunked(BodySource& source, RequestBody& body) {
  ClientLink& link = source.link;
  ChunkScanner scanner;
  while (true) {
    const BodyEnd held = co_await hold_for_buffered(source, body);
    if (held != BodyEnd::kComplete) co_return held;
    const std::optional<BodyEnd> end = take_chunks(link.reader, scanner, body);
    if (end) co_return *end;
    link.arm(source.worker.now(), link.body_timeout, link.socket);
    const bool more = co_await link.reader.fill();
    link.disarm();
    if (!more) co_return BodyEnd::kClientGone;
  }
}

}  // namespace

Task<bool> send_continue(ClientLink& link, const RequestHead& head) {
  if (!head.expects_continue() || !link.reader.buffered().empty()) co_return true;
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  const auto text = asio::buffer(kContinue);
  const auto [error, bytes] = co_await asio::async_write(link.socket, text, kToken);
  co_return !error;
}

Task<BodyEnd> read_body(BodySource& source, RequestBody& body) {
  const RequestHead& head = source.head;
  if (!head.chunked() && head.content_length() > body.rules().limit) co_return BodyEnd::kTooLarge;
  if (!head.has_body()) co_return BodyEnd::kComplete;
  if (!head.chunked()) {
    const std::uint64_t memory = body.memory_for(head.content_length());
    const BodyEnd held = co_await hold_memory(source, body, memory, false);
    if (held != BodyEnd::kComplete) co_return held;
  }
  // A local on purpose: without any, GCC 12 puts the awaited condition in front of the coroutine frame's own
  // fields, and the resumed coroutine reads its parameters from the wrong places (tests/layering checks it).
  const bool welcome = co_await send_continue(source.link, head);
  if (!welcome) co_return BodyEnd::kClientGone;
  if (head.chunked()) co_return co_await read_chunked(source, body);
  co_return co_await read_length(source, body);
}

ApiError body_error(BodyEnd end, const RequestBody& body) {
  const BodyRules& rules = body.rules();
  ApiError error;
  error.status = 413;
  error.code = "body_too_large";
  error.retry_pointless = true;
  switch (end) {
    case BodyEnd::kTooLarge:
      error.message = "the body is larger than " + std::to_string(rules.limit) + " bytes";
      if (!rules.limit_key.empty()) error.message += " (" + rules.limit_key + ")";
      return error;
    case BodyEnd::kOverTotal:
      error.message = "the body is larger than the " + std::to_string(rules.total) +
                      " bytes of memory that all bodies may take together (bodyMemoryTotal)";
      return error;
    case BodyEnd::kNoMemory:
      error.status = 503;
      error.code = "no_memory";
      error.message = "other requests take all memory for bodies (bodyMemoryTotal); try again";
      error.retry_pointless = false;
      error.retry_after_s = 5;
      return error;
    case BodyEnd::kFileFailed:
      error.status = body.file_failure().full ? 507 : 503;
      error.code = "body_not_stored";
      error.message = body.file_failure().what;
      error.retry_pointless = false;
      return error;
    default:
      error.status = 400;
      error.code = "invalid_request";
      error.message = "the chunked body of the request is malformed";
      return error;
  }
}

}  // namespace paddock::http
