// Any bytes as a request's head: the same verdict whole and byte by byte; and what goes on to the upstream is
// a head with the same method and framing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "forward_head.h"
#include "request_head.h"

namespace {

using paddock::http::ForwardRequest;
using paddock::http::RequestHead;
using paddock::http::RequestHeadReader;
using Outcome = RequestHeadReader::Outcome;

constexpr std::size_t kLimit = 2048;

void check_promises(const RequestHead& head, std::size_t consumed, std::size_t size) {
  if (consumed > size || head.method().empty() || head.target().front() != '/') std::abort();
  if (head.chunked() && (head.content_length() > 0 || head.http10())) std::abort();
  if (head.http10() && (head.keep_alive() || head.expects_continue())) std::abort();
  if (head.fields().count("Host") > 1) std::abort();
}

void check_forward(const RequestHead& head) {
  static const paddock::router::Upstream upstream(paddock::ModelId("m"), paddock::Generation{1}, "127.0.0.1",
                                                  1, "localhost", "/base", paddock::UniqueFd());
  std::optional<std::uint64_t> length;
  if (!head.chunked() && head.content_length() > 0) length = head.content_length();
  static const paddock::http::KeyRing keys({paddock::config::ApiKey{"key"}});
  const paddock::http::Remote remote{"::1", "::1"};
  const ForwardRequest forward{head, head.target(), remote, upstream, keys, head.chunked(), length};
  const std::string text = paddock::http::build_request_head(forward);
  RequestHeadReader again(4 * kLimit);
  if (again.parse(text) != Outcome::kDone || again.consumed() != text.size()) std::abort();
  const RequestHead& sent = again.head();
  if (sent.method() != head.method() || sent.chunked() != head.chunked()) std::abort();
  if (sent.content_length() != head.content_length() || sent.expects_continue()) std::abort();
  if (!sent.keep_alive() || sent.fields().count("X-Forwarded-For") != 1) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  RequestHeadReader whole(kLimit);
  const Outcome outcome = whole.parse(text);
  RequestHeadReader slow(kLimit);
  Outcome slow_outcome = Outcome::kNeedMore;
  for (std::size_t end = 0; end <= size && slow_outcome == Outcome::kNeedMore; ++end)
    slow_outcome = slow.parse(text.substr(0, end));
  if (slow_outcome != outcome) std::abort();
  if (outcome == Outcome::kBad && whole.error().status != slow.error().status) std::abort();
  if (outcome != Outcome::kDone) return 0;
  if (whole.consumed() != slow.consumed()) std::abort();
  check_promises(whole.head(), whole.consumed(), size);
  check_forward(whole.head());
  return 0;
}
