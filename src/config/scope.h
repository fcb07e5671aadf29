// Scope: which macros a scalar may use, and their expansion.
//
// What it models: the list MODEL_ID, then the file's macros in order, then the model's own; a model's macro
// with the name of a file's macro takes its place in the list. A macro's value may use macros before it in
// the list, so there are no cycles. `${PORT}` and `${PID}` stay as text, for the launch to bind. An expansion
// is never read again: neither a macro nor the environment can put a new placeholder together. One loading,
// one thread; points into the Document, the Source and both Macros, which outlive it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "macros.h"

namespace paddock::config {

// Bytes [begin, end) of a text.
struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// A scalar after its macros. It still knows where each byte was written and which came from `${env.*}`.
struct Text {
  // From byte `out` of the value on: bytes of the scalar from `in` on, or what the placeholder at `in`
  // became.
  struct Piece {
    std::size_t out = 0;
    std::size_t in = 0;
    bool copied = false;
  };

  std::string value;
  bool plain = false;      // may be read as a number: written without quotes
  bool one_macro = false;  // nothing but one placeholder, whose value may be read as a number too
  bool typed = false;      // in a value of free form: is a number or a boolean if it looks like one
  const Node* node = nullptr;
  const Sources* source = nullptr;
  std::vector<Piece> pieces;  // none: all bytes stand as they are written
  std::vector<Part> secrets;  // of the value, in order, none empty

  SourcePos at(std::size_t offset) const;
  // The value with `***` in place of each secret; empty if it has none.
  std::string masked() const;
  // What a message may show.
  std::string shown() const { return secrets.empty() ? value : masked(); }
};

// Which of the placeholders that are bound later may stand in a text: none, `${PORT}`, or `${PORT}` and
// `${PID}`.
enum class PortUse { kNo, kYes, kStop };

class Scope {
 public:
  // Outside models: neither MODEL_ID nor PORT.
  Scope(Loading& loading, const Macros& globals);
  Scope(Loading& loading, const Macros& globals, const Macros& own, std::string model_id);

  // Nothing if something was wrong, which is then reported at its placeholder.
  std::optional<Text> expand(const Node& scalar, PortUse port);
  // Only these parts of the scalar, joined.
  std::optional<Text> expand_parts(const Node& scalar, std::span<const Part> parts, PortUse port);

  Loading& loading() const { return loading_; }

 private:
  // What a placeholder becomes, or why it becomes nothing.
  struct Value {
    std::string text;
    bool plain = false;
    bool holds_port = false;
    bool holds_pid = false;
    bool failed = false;
    bool names_macro = false;  // the message says which macro is to blame
    std::string message;       // empty with failed: already reported where the macro is declared
    std::string hint;
    std::vector<Part> secrets;  // of the text
  };
  // A macro and its place in the list.
  struct Found {
    std::size_t order = 0;
    const Macro* macro = nullptr;
  };

  static Value failure(std::string message, std::string hint = {});
  Value in_macro(const Macro& macro, Value value) const;
  std::optional<Found> find(std::string_view name) const;
  Value resolve(std::string_view name, std::size_t limit, int depth);
  std::optional<Value> bound_later(std::string_view name) const;
  Value from_env(std::string_view name) const;
  Value unknown(std::string_view name) const;
  Text as_written(const Node& scalar) const;
  const Value& value_of(const Found& found, int depth);
  Value compute(const Found& found, int depth);
  std::string guess(std::string_view name) const;
  // Sets `typed` to what the last placeholder says.
  bool append(Text& text, const Part& part, PortUse port);
  bool report(const Text& text, std::size_t in, const Value& value);
  bool spend(const Value& value);
  bool spend(std::size_t bytes);

  Loading& loading_;
  const Macros& globals_;
  const Macros* own_ = nullptr;
  std::optional<std::string> model_id_;
  std::unordered_map<std::size_t, Value> values_;
};

}  // namespace paddock::config
