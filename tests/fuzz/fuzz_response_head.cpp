// Any bytes as an answer's head: the same verdict whole and byte by byte; and what goes on to the client is a
// head with the same status and a body that ends where the upstream's does.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "forward_head.h"
#include "response_head.h"

namespace {

using paddock::http::ClientFraming;
using paddock::http::ForwardResponse;
using paddock::http::Framing;
using paddock::http::ResponseHead;
using paddock::http::ResponseHeadReader;
using Outcome = ResponseHeadReader::Outcome;

constexpr std::size_t kLimit = 2048;

void check_promises(const ResponseHead& head, std::size_t consumed, std::size_t size) {
  if (consumed > size || head.status() < 100 || head.status() > 599) std::abort();
  if (head.framing() == Framing::kUntilClose && head.reusable()) std::abort();
  const auto timeout = head.keep_alive_timeout();
  if (timeout && (timeout->count() < 0 || timeout->count() > 86'400)) std::abort();
}

void check_forward(const ResponseHead& head, bool to_head) {
  const bool until_close = head.framing() == Framing::kUntilClose;
  const ForwardResponse forward{head, until_close ? ClientFraming::kChunked : ClientFraming::kAsIs, false,
                                false};
  const std::string text =
      head.interim() ? paddock::http::build_interim_head(head) : paddock::http::build_response_head(forward);
  ResponseHeadReader again(4 * kLimit, to_head);
  if (again.parse(text) != Outcome::kDone || again.consumed() != text.size()) std::abort();
  const ResponseHead& sent = again.head();
  if (sent.status() != head.status() || sent.reason() != head.reason()) std::abort();
  if (sent.framing() != (until_close ? Framing::kChunked : head.framing())) std::abort();
  if (sent.content_length() != head.content_length() || !sent.reusable()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool to_head = (data[0] & 1) != 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  ResponseHeadReader whole(kLimit, to_head);
  const Outcome outcome = whole.parse(text);
  ResponseHeadReader slow(kLimit, to_head);
  Outcome slow_outcome = Outcome::kNeedMore;
  for (std::size_t end = 0; end <= text.size() && slow_outcome == Outcome::kNeedMore; ++end)
    slow_outcome = slow.parse(text.substr(0, end));
  if (slow_outcome != outcome) std::abort();
  if (outcome == Outcome::kBad && whole.error().empty()) std::abort();
  if (outcome != Outcome::kDone) return 0;
  if (whole.consumed() != slow.consumed()) std::abort();
  check_promises(whole.head(), whole.consumed(), text.size());
  check_forward(whole.head(), to_head);
  return 0;
}
