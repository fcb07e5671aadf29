// The identifiers that cross module borders, as types that cannot be mixed up. Immutable values.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <utility>

namespace paddock {

// A key under `models:` in the configuration file. Never an alias: names that clients send are turned into
// a ModelId by config/lookup.h.
class ModelId {
 public:
  ModelId() = default;
  explicit ModelId(std::string text) : text_(std::move(text)) {}

  const std::string& str() const { return text_; }
  friend auto operator<=>(const ModelId&, const ModelId&) = default;
  friend std::ostream& operator<<(std::ostream& out, const ModelId& id) { return out << id.text_; }

 private:
  std::string text_;
};

// A 64-bit number with a name. Zero means "none"; real ones start at 1.
template <class Tag>
struct NumberId {
  std::uint64_t value = 0;

  explicit operator bool() const { return value != 0; }
  friend auto operator<=>(const NumberId&, const NumberId&) = default;
  friend std::ostream& operator<<(std::ostream& out, NumberId id) { return out << id.value; }
};

// One request for a place on a model, from its arrival to the end of its answer.
using TicketId = NumberId<struct TicketTag>;
// One launch of one model. Grows by one with every start in the daemon's life, over all models; a message
// from an older generation is from the dead and is ignored.
using Generation = NumberId<struct GenerationTag>;
// One load, unload or shutdown that somebody waits for.
using OpId = NumberId<struct OpTag>;

}  // namespace paddock

template <>
struct std::hash<paddock::ModelId> {
  std::size_t operator()(const paddock::ModelId& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};

template <class Tag>
struct std::hash<paddock::NumberId<Tag>> {
  std::size_t operator()(paddock::NumberId<Tag> id) const noexcept {
    return std::hash<std::uint64_t>{}(id.value);
  }
};
