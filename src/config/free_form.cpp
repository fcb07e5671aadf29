#include "free_form.h"

#include <nlohmann/json.hpp>

#include "paddock/base/text.h"
#include "report.h"
#include "source.h"

namespace paddock::config {

namespace {

constexpr std::size_t kMaxJson = std::size_t{1} << 20;

std::string quoted(const std::string& text) {
  // The environment may bring bytes that are not UTF-8.
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool one_of(std::string_view text, std::string_view a, std::string_view b, std::string_view c) {
  return text == a || text == b || text == c;
}

class Writer {
 public:
  Writer(Scope& scope, std::string_view key) : scope_(scope), key_(key) {}

  std::optional<JsonText> write_all(const Node& node) {
    write(node);
    if (is_full()) error(node, in_quotes(key_) + " is longer than 1 MiB as JSON", "");
    if (!good_) return std::nullopt;
    return std::move(json_);
  }

 private:
  void write(const Node& node) {
    switch (node.kind) {
      case Node::Kind::kNull:
        json_ += "null";
        return;
      case Node::Kind::kScalar:
        return write_scalar(node);
      case Node::Kind::kSequence:
        return write_list(node);
      case Node::Kind::kMapping:
        return write_mapping(node);
    }
  }

  void write_list(const Node& list) {
    json_ += '[';
    for (const Node* item : list.items) {
      if (is_full()) return;
      if (json_.back() != '[') json_ += ',';
      write(*item);
    }
    json_ += ']';
  }

  void write_mapping(const Node& mapping) {
    json_ += '{';
    const char* comma = "";
    for (const Entry& entry : mapping.entries) {
      if (is_full()) return;
      json_ += comma + quoted(entry.key->text) + ':';
      write(*entry.value);
      comma = ",";
    }
    json_ += '}';
  }

  void write_scalar(const Node& scalar) {
    const std::optional<Text> text = scope_.expand(scalar, PortUse::kNo);
    if (!text) {
      good_ = false;
      return;
    }
    if (!text->typed) {
      json_ += quoted(text->value);
    } else if (one_of(text->value, "true", "True", "TRUE")) {
      json_ += "true";
    } else if (one_of(text->value, "false", "False", "FALSE")) {
      json_ += "false";
    } else {
      write_number(scalar, text->value);
    }
  }

  void write_number(const Node& scalar, const std::string& text) {
    const Result<std::string, std::string> number = json_number(text);
    if (number.has_error()) {
      error(scalar, number.error(), "put it in quotes if it is text, or write a plain decimal number");
    } else {
      json_ += number->empty() ? quoted(text) : *number;
    }
  }

  bool is_full() const { return json_.size() > kMaxJson; }

  void error(const Node& node, std::string message, std::string hint) {
    good_ = false;
    const Loading& loading = scope_.loading();
    loading.report.error(loading.source.pos(node.offset), std::move(message), std::move(hint));
  }

  Scope& scope_;
  std::string_view key_;
  std::string json_;
  bool good_ = true;
};

}  // namespace

std::optional<JsonText> to_json(const Node& node, std::string_view key, Scope& scope) {
  return Writer(scope, key).write_all(node);
}

}  // namespace paddock::config
