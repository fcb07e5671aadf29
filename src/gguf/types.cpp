#include "types.h"

#include <map>

#include "saturating.h"

namespace paddock::gguf {

namespace {

// Never destroyed: threads that read files may outlive main().
const auto& kTypes = *new const std::map<std::uint64_t, Packing>(
    {{0, {1, 4}},      {1, {1, 2}},      {2, {32, 18}},    {3, {32, 20}},    {6, {32, 22}},
     {7, {32, 24}},    {8, {32, 34}},    {9, {32, 36}},    {10, {256, 84}},  {11, {256, 110}},
     {12, {256, 144}}, {13, {256, 176}}, {14, {256, 210}}, {15, {256, 292}}, {16, {256, 66}},
     {17, {256, 74}},  {18, {256, 98}},  {19, {256, 50}},  {20, {32, 18}},   {21, {256, 110}},
     {22, {256, 82}},  {23, {256, 136}}, {24, {1, 1}},     {25, {1, 2}},     {26, {1, 4}},
     {27, {1, 8}},     {28, {1, 8}},     {29, {256, 56}},  {30, {1, 2}},     {34, {256, 54}},
     {35, {256, 66}},  {39, {32, 17}},   {40, {64, 36}}});

// The last two are ik_llama.cpp's.
const auto& kCacheTypes = *new const std::map<std::string_view, Packing>({{"f32", {1, 4}},
                                                                          {"f16", {1, 2}},
                                                                          {"bf16", {1, 2}},
                                                                          {"q8_0", {32, 34}},
                                                                          {"q5_1", {32, 24}},
                                                                          {"q5_0", {32, 22}},
                                                                          {"q4_1", {32, 20}},
                                                                          {"q4_0", {32, 18}},
                                                                          {"iq4_nl", {32, 18}},
                                                                          {"q6_0", {32, 26}},
                                                                          {"q8_KV", {1, 1}}});

template <class Map, class Key>
std::optional<Packing> look_up(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

std::uint64_t Packing::size(std::uint64_t count) const {
  return times(count / numbers + (count % numbers != 0 ? 1 : 0), bytes);
}

std::optional<Packing> packing(std::uint64_t type) { return look_up(kTypes, type); }

std::optional<Packing> cache_packing(std::string_view word) { return look_up(kCacheTypes, word); }

}  // namespace paddock::gguf
