#include "paddock/kvcache/slots.h"

#include <gmock/gmock.h>

#include <string>

namespace paddock::kvcache {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

std::string numbers(const std::vector<std::uint32_t>& list) {
  std::string out;
  for (const std::uint32_t number : list) {
    for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(number >> shift);
  }
  return out;
}

std::string head(const std::vector<std::uint32_t>& list, std::uint32_t version = 2) {
  std::string out = numbers({0x67677371, version, static_cast<std::uint32_t>(list.size())});
  return out + numbers(list);
}

TEST(Slots, AsB11669TellsThem) {
  const auto slots = parse_slots(R"([
    {"id":0,"n_ctx":2048,"speculative":false,"is_processing":false,"id_task":7,"n_prompt_tokens":934},
    {"id":1,"n_ctx":2048,"speculative":false,"is_processing":true}])");
  ASSERT_TRUE(slots);
  EXPECT_THAT(*slots, ElementsAre(Slot{0, 2048, 934, 7, false}, Slot{1, 2048, 0, -1, true}));
}

TEST(Slots, WhateverElseComesIsNoList) {
  for (const char* text : {"", "{}", "[1]", "[{}]", "[{\"id\":-1}]", "[{\"id\":\"0\"}]", "[", "null"})
    EXPECT_EQ(parse_slots(text), std::nullopt) << text;
  std::string many = "[";
  for (int i = 0; i < 1025; ++i) many += (i ? ",{\"id\":1}" : "{\"id\":1}");
  EXPECT_EQ(parse_slots(many + "]"), std::nullopt);
}

TEST(Slots, OddNumbersCountAsNone) {
  const auto slots = parse_slots(R"([{"id":3,"n_ctx":-5,"n_prompt_tokens":1e99,"is_processing":1}])");
  ASSERT_TRUE(slots);
  EXPECT_THAT(*slots, ElementsAre(Slot{3, 0, 0, -1, false}));
}

TEST(Slots, TheIdleLongOnesAreSavedTheLastUsedFirst) {
  const std::vector<Slot> slots{{0, 4096, 3000, 5, false},
                                {1, 4096, 100, 9, false},
                                {2, 4096, 3000, 8, false},
                                {3, 4096, 3000, 7, true},
                                {4, 4096, 0, -1, false}};
  EXPECT_THAT(to_save(slots, 2048), ElementsAre(slots[2], slots[0]));
  EXPECT_THAT(to_save(slots, 0), ElementsAre(slots[1], slots[2], slots[0]));
}

TEST(Slots, WhatASaveAndARestoreAnswer) {
  EXPECT_THAT(parse_moved(R"({"id_slot":0,"filename":"x","n_saved":934,"n_written":21535080})"),
              Optional(Moved{934, 21535080}));
  EXPECT_THAT(parse_moved(R"({"n_restored":12,"n_read":99})"), Optional(Moved{12, 99}));
  for (const char* text : {"", "[]", "{}", "{\"error\":1}"}) EXPECT_EQ(parse_moved(text), std::nullopt);
}

TEST(SlotFile, TellsItsTokens) {
  const std::string plain = head({5, 6, 7});
  EXPECT_THAT(head_size(plain.substr(0, 12)), Optional(24));
  EXPECT_THAT(parse_head(plain), Optional(ElementsAre(5, 6, 7)));
  const std::string wrapped = head({0xffffffff, 1, 2, 5, 6, 0}, 4);
  EXPECT_THAT(parse_head(wrapped + "more"), Optional(ElementsAre(5, 6)));
}

TEST(SlotFile, CutOffOrForeignTellsNothing) {
  const std::string plain = head({5, 6, 7});
  for (std::size_t size = 0; size < plain.size(); ++size)
    EXPECT_EQ(parse_head(plain.substr(0, size)), std::nullopt) << size;
  EXPECT_EQ(head_size("GGUF12345678"), std::nullopt);
  EXPECT_THAT(parse_head(head({0xffffffff, 1, 9, 5})), Optional(ElementsAre(0xffffffff, 1, 9, 5)));
}

TEST(SlotFile, AConversationGoesOn) {
  EXPECT_TRUE(continues({1, 2, 3}, {1, 2}));
  EXPECT_TRUE(continues({1, 2}, {1, 2}));
  EXPECT_FALSE(continues({1, 2}, {1, 2, 3}));
  EXPECT_FALSE(continues({1, 4, 3}, {1, 2}));
}

}  // namespace
}  // namespace paddock::kvcache
