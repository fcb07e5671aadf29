// How ggml stores numbers: so many in a block of so many bytes. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace paddock::gguf {

struct Packing {
  std::uint64_t numbers = 1;
  std::uint64_t bytes = 0;

  // Of that many; a block that is not full counts whole.
  std::uint64_t size(std::uint64_t count) const;
};

// By ggml's number of the type; nothing for one that came later, or was given up.
std::optional<Packing> packing(std::uint64_t type);
// By the word behind --cache-type-k.
std::optional<Packing> cache_packing(std::string_view word);

}  // namespace paddock::gguf
