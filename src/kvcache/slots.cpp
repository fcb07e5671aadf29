#include "paddock/kvcache/slots.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace paddock::kvcache {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostSlots = 1024;
constexpr std::uint32_t kMagic = 0x67677371;
constexpr std::size_t kNumber = 4, kFixed = 3 * kNumber;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = kNumber; i > 0; --i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  return value;
}

std::uint64_t count_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::int64_t id_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : -1;
}

Slot slot_of(const Json& object) {
  Slot slot;
  slot.id = id_in(object, "id");
  slot.context = count_in(object, "n_ctx");
  slot.tokens = count_in(object, "n_prompt_tokens");
  slot.task = id_in(object, "id_task");
  slot.is_processing = object.value("is_processing", Json()) == true;
  return slot;
}

// Of version 4; other lists are tokens all through.
std::vector<std::uint32_t> unwrapped(std::vector<std::uint32_t> numbers) {
  constexpr std::uint32_t kMark = 0xffffffff, kLayout = 1;
  constexpr std::size_t kWrap = 3;
  const bool is_wrapped = numbers.size() >= kWrap && numbers[0] == kMark && numbers[1] == kLayout &&
                          numbers[2] <= numbers.size() - kWrap;
  if (!is_wrapped) return numbers;
  const std::size_t count = numbers[2];
  numbers.erase(numbers.begin(), numbers.begin() + kWrap);
  numbers.resize(count);
  return numbers;
}

Json parsed(std::string_view text) { return Json::parse(text, nullptr, false); }

}  // namespace

std::optional<std::vector<Slot>> parse_slots(std::string_view json) {
  const Json list = parsed(json);
  if (!list.is_array() || list.size() > kMostSlots) return std::nullopt;
  std::vector<Slot> slots;
  for (const Json& object : list) {
    if (!object.is_object()) return std::nullopt;
    slots.push_back(slot_of(object));
    if (slots.back().id < 0) return std::nullopt;
  }
  return slots;
}

std::vector<Slot> to_save(std::vector<Slot> slots, std::uint64_t least) {
  std::erase_if(slots, [least](const Slot& slot) {
    return slot.is_processing || slot.tokens == 0 || slot.tokens < least;
  });
  std::stable_sort(slots.begin(), slots.end(), [](const Slot& a, const Slot& b) { return a.task > b.task; });
  return slots;
}

std::optional<Moved> parse_moved(std::string_view json) {
  const Json answer = parsed(json);
  if (!answer.is_object()) return std::nullopt;
  const bool is_save = answer.contains("n_saved");
  if (!is_save && !answer.contains("n_restored")) return std::nullopt;
  return Moved{count_in(answer, is_save ? "n_saved" : "n_restored"),
               count_in(answer, is_save ? "n_written" : "n_read")};
}

std::optional<std::uint64_t> head_size(std::string_view begin) {
  if (begin.size() < kFixed || number_at(begin, 0) != kMagic) return std::nullopt;
  return kFixed + kNumber * std::uint64_t{number_at(begin, 2 * kNumber)};
}

std::optional<std::vector<std::uint32_t>> parse_head(std::string_view head) {
  const auto size = head_size(head);
  if (!size || head.size() < *size) return std::nullopt;
  std::vector<std::uint32_t> numbers;
  numbers.reserve((*size - kFixed) / kNumber);
  for (std::size_t at = kFixed; at < *size; at += kNumber) numbers.push_back(number_at(head, at));
  return unwrapped(std::move(numbers));
}

bool continues(const std::vector<std::uint32_t>& longer, const std::vector<std::uint32_t>& shorter) {
  return longer.size() >= shorter.size() && std::equal(shorter.begin(), shorter.end(), longer.begin());
}

}  // namespace paddock::kvcache
