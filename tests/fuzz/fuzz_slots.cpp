// Any bytes as what an engine says of its slots, as the head of a slot's file and as the name of one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "paddock/kvcache/saved.h"
#include "paddock/kvcache/slots.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace kvcache = paddock::kvcache;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto slots = kvcache::parse_slots(text)) {
    for (const kvcache::Slot& slot : kvcache::to_save(*slots, 1)) {
      if (slot.is_processing || slot.tokens == 0) std::abort();
    }
  }
  kvcache::parse_moved(text);
  if (const auto tokens = kvcache::parse_head(text)) {
    if (tokens->size() * 4 > size || !kvcache::continues(*tokens, *tokens)) std::abort();
  }
  if (const auto name = kvcache::parse_file_name(text)) {
    if (kvcache::parse_file_name(kvcache::file_name(*name)) != name) std::abort();
  }
  return 0;
}
