// What a llama-server says of its slots (GET /slots), of a save and of a restore, and what its slot files say
// themselves. Text and bytes in, values out; whatever they are, nothing worse comes of them than `nothing`.
// Pure; any thread.
//
// Seen on b11669: a slot that has served tells `n_prompt_tokens`, the tokens that its cache holds, and
// `id_task`, which grows from request to request; one that has not tells neither. A file begins with the
// number 0x67677371 (llama.cpp's LLAMA_STATE_SEQ_MAGIC), a version, a count and so many numbers of 32 bits,
// little-endian. In older versions these are the tokens; in version 4 they are wrapped: -1, 1, how many
// tokens, the tokens, and what else the server keeps.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace paddock::kvcache {

struct Slot {
  std::int64_t id = 0;
  std::uint64_t context = 0;  // tokens that it can hold
  std::uint64_t tokens = 0;   // that it holds; 0: none, or not said
  std::int64_t task = -1;     // of its last request
  bool is_processing = false;

  friend bool operator==(const Slot&, const Slot&) = default;
};

// At most 1024 of them. Nothing for an answer that is not a list of slots.
std::optional<std::vector<Slot>> parse_slots(std::string_view json);

// Those worth a file: idle, of `least` tokens or more, the last used first.
std::vector<Slot> to_save(std::vector<Slot> slots, std::uint64_t least);

// `n_saved` or `n_restored`, and how many bytes that were.
struct Moved {
  std::uint64_t tokens = 0, bytes = 0;

  friend bool operator==(const Moved&, const Moved&) = default;
};
std::optional<Moved> parse_moved(std::string_view json);

// How many bytes of a file it takes to read its tokens; nothing if it does not begin like one of a slot.
// `begin`: its first 12 bytes, or more.
std::optional<std::uint64_t> head_size(std::string_view begin);
// The tokens, where `head` has as many bytes as head_size() says.
std::optional<std::vector<std::uint32_t>> parse_head(std::string_view head);

// Whether the conversation `longer` goes on where `shorter` ended, or is the same.
bool continues(const std::vector<std::uint32_t>& longer, const std::vector<std::uint32_t>& shorter);

}  // namespace paddock::kvcache
