#include "room.h"

#include <algorithm>

#include "paddock/gpu/source.h"

namespace paddock::app {

namespace {

using gpu::size_text;

Room room_on(const Demand& demand) {
  if (demand.bytes.high == 0) return Room::kEnough;
  if (!demand.free) return Room::kUnknown;
  if (demand.bytes.low > *demand.free) return Room::kTooLittle;
  return demand.bytes.high > *demand.free ? Room::kPerhaps : Room::kEnough;
}

const Demand* first_with(const std::vector<Demand>& demands, Room room) {
  const auto found = std::find_if(demands.begin(), demands.end(),
                                  [room](const Demand& one) { return room_on(one) == room; });
  return found == demands.end() ? nullptr : &*found;
}

std::uint64_t left_on(const Demand& demand) { return *demand.free - demand.bytes.high; }

std::string asked_of_all(const std::vector<Demand>& demands) {
  std::string out;
  for (const Demand& demand : demands) {
    if (demand.bytes.high == 0) continue;
    out += (out.empty() ? "" : ", ") + range_text(demand.bytes) + " on " + demand.title;
  }
  return out;
}

// Of the one where it is nearest to the brim.
std::string enough_text(const std::vector<Demand>& demands) {
  const Demand* least = nullptr;
  for (const Demand& demand : demands) {
    if (demand.bytes.high == 0 || !demand.free) continue;
    if (least == nullptr || left_on(demand) < left_on(*least)) least = &demand;
  }
  if (least == nullptr) return "Takes nothing.";
  return "Fits: at least " + size_text(left_on(*least)) + " stay free on " + least->title + ".";
}

}  // namespace

std::string range_text(const gguf::Range& range) {
  const std::string low = size_text(range.low), high = size_text(range.high);
  return low == high ? low : low + " to " + high;
}

Outlook outlook(const std::vector<Demand>& demands) {
  if (const Demand* short_of = first_with(demands, Room::kTooLittle)) {
    return {Room::kTooLittle, "Does not fit: " + short_of->title + " lacks at least " +
                                  size_text(short_of->bytes.low - *short_of->free) + " (" +
                                  range_text(short_of->bytes) + " are foreseen, " +
                                  size_text(*short_of->free) + " are free)."};
  }
  if (const Demand* close = first_with(demands, Room::kPerhaps)) {
    return {Room::kPerhaps, "May not fit: " + range_text(close->bytes) + " are foreseen on " + close->title +
                                ", " + size_text(*close->free) + " are free."};
  }
  if (first_with(demands, Room::kUnknown)) {
    return {Room::kUnknown, "Foreseen are " + asked_of_all(demands) + "; what is free there is not known."};
  }
  return {Room::kEnough, enough_text(demands)};
}

}  // namespace paddock::app
