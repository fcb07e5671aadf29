// Any bytes as the id of what a client has seen: it gets the whole state, or has missed part of it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "paddock/feed/feed.h"

using namespace paddock::feed;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Feed& feed = []() -> const Feed& {
    static Feed made("run");
    for (const char* text : {"1", "2", "3"}) made.publish({{"section", text, text}});
    return made;
  }();
  const News news = feed.since(std::string_view(reinterpret_cast<const char*>(data), size));
  if (news.id != "run-3") std::abort();
  if (news.whole && news.parts.size() != 3) std::abort();
  return 0;
}
