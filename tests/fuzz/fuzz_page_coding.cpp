// Any bytes as an Accept-Encoding: no crash, and what is chosen is a form that there is.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "paddock/page/page.h"

using namespace paddock::page;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const File file{"a.js", "text/javascript", "1", true, "plain plain", "gzip gz", "brotl"};
  const Coding coding = choose(file, {reinterpret_cast<const char*>(data), size});
  if (bytes(file, coding).empty()) std::abort();
  return 0;
}
