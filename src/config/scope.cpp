#include "scope.h"

#include <algorithm>
#include <limits>

#include "paddock/base/text.h"
#include "paddock/config/mask.h"
#include "placeholder.h"
#include "report.h"
#include "source.h"

namespace paddock::config {

namespace {

constexpr std::size_t kMaxText = std::size_t{1} << 20;
constexpr int kMaxMacroDepth = 100;
constexpr int kMaxErrorsInText = 10;
constexpr std::size_t kMaxGuesses = 300;
constexpr std::size_t kEverything = std::numeric_limits<std::size_t>::max();
constexpr std::string_view kPort = "${PORT}";
constexpr std::string_view kPid = "${PID}";
constexpr const char* kPortPlaces = "${PORT} is only available in cmd, cmdStop, env and proxy of a model";
constexpr const char* kPidPlaces = "${PID} is only available in cmdStop";
constexpr std::string_view kSpent = "macros make all texts together longer than 64 MiB";

std::string shown(std::string_view name) { return "${" + printable(name, 80) + "}"; }

void add_secrets(std::vector<Part>& to, const std::vector<Part>& from, std::size_t shift) {
  for (const Part& part : from) {
    const Part moved{part.begin + shift, part.end + shift};
    if (!to.empty() && to.back().end == moved.begin) {
      to.back().end = moved.end;
    } else {
      to.push_back(moved);
    }
  }
}

}  // namespace

SourcePos Text::at(std::size_t offset) const {
  const auto after = std::upper_bound(pieces.begin(), pieces.end(), offset,
                                      [](std::size_t o, const Piece& piece) { return o < piece.out; });
  if (after == pieces.begin()) return place_in(*source, *node, offset);
  const Piece& piece = *(after - 1);
  return place_in(*source, *node, piece.copied ? piece.in + offset - piece.out : piece.in);
}

std::string Text::masked() const {
  std::string out;
  std::size_t from = 0;
  for (const Part& secret : secrets) {
    out.append(value, from, secret.begin - from);
    out += kMask;
    from = secret.end;
  }
  if (!secrets.empty()) out.append(value, from);
  return out;
}

Scope::Scope(Loading& loading, const Macros& globals) : loading_(loading), globals_(globals) {}

Scope::Scope(Loading& loading, const Macros& globals, const Macros& own, std::string model_id)
    : loading_(loading), globals_(globals), own_(&own), model_id_(std::move(model_id)) {}

std::optional<Text> Scope::expand(const Node& scalar, PortUse port) {
  const Part whole{0, scalar.text.size()};
  const std::optional<Placeholder> first = next_placeholder(scalar.text, 0);
  if (!first) return as_written(scalar);
  std::optional<Text> text = expand_parts(scalar, {&whole, 1}, port);
  if (!text) return text;
  text->one_macro = first->begin == 0 && first->end == scalar.text.size();
  if (!text->one_macro) text->typed = false;
  return text;
}

Text Scope::as_written(const Node& scalar) const {
  Text text;
  text.value = scalar.text;
  text.plain = scalar.plain;
  text.typed = scalar.plain;
  text.node = &scalar;
  text.source = &loading_.source;
  return text;
}

std::optional<Text> Scope::expand_parts(const Node& scalar, std::span<const Part> parts, PortUse port) {
  Text text;
  text.plain = scalar.plain;
  text.node = &scalar;
  text.source = &loading_.source;
  bool good = true;
  for (const Part& part : parts) good = append(text, part, port) && good;
  if (!text.secrets.empty()) loading_.secrets.insert(&scalar);
  if (!good) return std::nullopt;
  return text;
}

bool Scope::append(Text& text, const Part& part, PortUse port) {
  if (loading_.macro_bytes_left == 0) return false;  // said once is enough
  const std::string_view written = std::string_view(text.node->text).substr(0, part.end);
  int errors = 0;
  std::size_t from = part.begin;
  while (const std::optional<Placeholder> found = next_placeholder(written, from)) {
    text.pieces.push_back({text.value.size(), from, true});
    text.value += written.substr(from, found->begin - from);
    from = found->end;
    Value value = resolve(found->name, kEverything, 0);
    if (!value.failed && value.holds_port && port == PortUse::kNo) {
      value = failure(kPortPlaces);
    }
    if (!value.failed && value.holds_pid && port != PortUse::kStop) value = failure(kPidPlaces);
    if (!value.failed && text.value.size() + value.text.size() > kMaxText) {
      value = failure("macros make this text longer than 1 MiB");
    }
    if (!value.failed && !spend(value)) value = failure(std::string(kSpent));
    if (value.failed) {
      report(text, found->begin, value);
      if (++errors == kMaxErrorsInText || loading_.macro_bytes_left == 0) return false;
      continue;
    }
    text.pieces.push_back({text.value.size(), found->begin, false});
    add_secrets(text.secrets, value.secrets, text.value.size());
    text.value += value.text;
    // What comes from the environment is data: quotes around it make it text.
    text.typed = env_name(found->name) ? text.plain : value.plain;
  }
  text.pieces.push_back({text.value.size(), from, true});
  text.value += written.substr(std::min(from, written.size()));
  return errors == 0;
}

bool Scope::report(const Text& text, std::size_t in, const Value& value) {
  if (value.message.empty() || loading_.report.full()) return false;
  loading_.report.error(place_in(loading_.source, *text.node, in), value.message, value.hint);
  return true;
}

bool Scope::spend(const Value& value) {
  return spend(value.text.size() + value.secrets.size() * sizeof(Part));
}

bool Scope::spend(std::size_t bytes) {
  constexpr std::size_t kFixed = 16;
  const bool enough = loading_.macro_bytes_left >= bytes + kFixed;
  loading_.macro_bytes_left = enough ? loading_.macro_bytes_left - bytes - kFixed : 0;
  return enough;
}

Scope::Value Scope::failure(std::string message, std::string hint) {
  Value value;
  value.failed = true;
  value.message = std::move(message);
  value.hint = std::move(hint);
  return value;
}

std::optional<Scope::Found> Scope::find(std::string_view name) const {
  const std::optional<std::size_t> global = globals_.index_of(name);
  const std::optional<std::size_t> own = own_ != nullptr ? own_->index_of(name) : std::nullopt;
  if (global) return Found{*global, own ? &own_->list()[*own] : &globals_.list()[*global]};
  if (own) return Found{globals_.list().size() + *own, &own_->list()[*own]};
  return std::nullopt;
}

// `limit`: the place in the list of the macro whose value this is; what stands there or later is not seen.
Scope::Value Scope::resolve(std::string_view name, std::size_t limit, int depth) {
  if (const std::optional<std::string_view> variable = env_name(name)) return from_env(*variable);
  if (std::optional<Value> symbol = bound_later(name)) return std::move(*symbol);
  Value value;
  if (name == "MODEL_ID" && model_id_) {
    value.text = *model_id_;
    return value;
  }
  // A name with a point is nobody's macro: the text is left alone.
  if (name.find('.') != std::string_view::npos) {
    value.text = "${" + std::string(name) + "}";
    return value;
  }
  const std::optional<Found> found = find(name);
  if (!found) return unknown(name);
  if (found->order >= limit) {
    return failure("macro " + shown(name) + " is declared after its use",
                   "a macro can use macros declared before it");
  }
  return value_of(*found, depth);
}

std::optional<Scope::Value> Scope::bound_later(std::string_view name) const {
  if (!model_id_ || (name != "PORT" && name != "PID")) return std::nullopt;
  Value value;
  value.holds_port = name == "PORT";
  value.holds_pid = !value.holds_port;
  value.text = value.holds_port ? kPort : kPid;
  return value;
}

Scope::Value Scope::from_env(std::string_view name) const {
  const Result<std::string, EnvTrouble> read = read_env(name, loading_.env);
  if (read.has_error()) return failure(read.error().message, read.error().hint);
  Value value;
  value.text = *read;
  value.plain = true;
  if (!value.text.empty()) value.secrets.push_back({0, value.text.size()});
  loading_.report.hide(value.text);
  return value;
}

Scope::Value Scope::unknown(std::string_view name) const {
  if (name == "PORT") return failure(kPortPlaces);
  if (name == "MODEL_ID") return failure("${MODEL_ID} is only available inside a model");
  if (name == "PID") return failure(kPidPlaces);
  return failure("unknown macro " + shown(name), guess(name));
}

std::string Scope::guess(std::string_view name) const {
  if (loading_.report.full()) return {};
  std::vector<std::string> names;
  for (const Macros* macros : {&globals_, own_}) {
    if (macros == nullptr || names.size() + macros->list().size() > kMaxGuesses) continue;
    for (const Macro& macro : macros->list()) names.push_back(macro.name);
  }
  if (model_id_) names.insert(names.end(), {"PORT", "MODEL_ID"});
  if (const std::optional<std::string_view> near = nearest(name, names)) {
    return "did you mean " + shown(*near) + "?";
  }
  if (read_env(name, loading_.env).has_value())
    return "did you mean " + shown("env." + std::string(name)) + "?";
  return "declare it under macros, or write ${env.NAME} for a variable of the environment";
}

// The innermost macro is the one to mend; those around it would only make the message long.
Scope::Value Scope::in_macro(const Macro& macro, Value value) const {
  if (value.message.empty() || value.names_macro) return value;
  value.message = "in macro " + shown(macro.name) + ": " + value.message;
  value.hint = shown(macro.name) + " is declared in " + loading_.report.line_of(macro.pos);
  value.names_macro = true;
  return value;
}

const Scope::Value& Scope::value_of(const Found& found, int depth) {
  const auto known = values_.find(found.order);
  if (known != values_.end()) return known->second;
  Value value = compute(found, depth);
  return values_.insert_or_assign(found.order, std::move(value)).first->second;
}

Scope::Value Scope::compute(const Found& found, int depth) {
  const Macro& macro = *found.macro;
  if (macro.broken) return failure("");
  if (depth == kMaxMacroDepth) return in_macro(macro, failure("macros use each other more than 100 deep"));
  const std::string_view written = macro.value->text;
  if (!spend(written.size())) return failure(std::string(kSpent));
  Value out;
  out.plain = macro.value->plain;
  std::size_t from = 0;
  while (const std::optional<Placeholder> used = next_placeholder(written, from)) {
    out.text += written.substr(from, used->begin - from);
    Value value = resolve(used->name, found.order, depth + 1);
    if (value.failed) return in_macro(macro, std::move(value));
    add_secrets(out.secrets, value.secrets, out.text.size());
    out.text += value.text;
    out.holds_port = out.holds_port || value.holds_port;
    out.holds_pid = out.holds_pid || value.holds_pid;
    const bool whole = used->begin == 0 && used->end == written.size();
    if (whole && !env_name(used->name)) out.plain = value.plain;
    if (!whole) out.plain = false;
    if (out.text.size() > kMaxText) return in_macro(macro, failure("its text is longer than 1 MiB"));
    if (!spend(value)) return failure(std::string(kSpent));
    from = used->end;
  }
  out.text += written.substr(std::min(from, written.size()));
  return out;
}

}  // namespace paddock::config
