// Any bytes as a form, and as the Content-Type of one: where the body is cut makes no difference, and the
// model stands where the scanner says.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "multipart.h"

namespace {

using paddock::http::MultipartScanner;

void scan(MultipartScanner& scanner, std::string_view body, std::size_t piece) {
  bool fine = true;
  while (!body.empty() && fine) {
    fine = scanner.feed(body.substr(0, piece));
    body.remove_prefix(std::min(piece, body.size()));
  }
  fine = scanner.finish() && fine;
  if (fine != scanner.problem().empty()) std::abort();
}

bool same(const MultipartScanner& a, const MultipartScanner& b) {
  return a.problem() == b.problem() && a.model() == b.model() && a.model_at() == b.model_at() &&
         a.stream() == b.stream();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  if (const auto boundary = paddock::http::multipart_boundary(body); boundary && boundary->empty())
    std::abort();
  MultipartScanner whole("B");
  scan(whole, body, size);
  for (const std::size_t piece : {1, 2, 7}) {
    MultipartScanner cut("B");
    scan(cut, body, piece);
    if (!same(whole, cut)) std::abort();
  }
  if (!whole.problem().empty()) return 0;
  if (body.substr(static_cast<std::size_t>(whole.model_at()), whole.model().size()) != whole.model())
    std::abort();
  return 0;
}
