#include "paddock/gguf/model.h"

#include <iterator>
#include <utility>

#include "header.h"
#include "paddock/base/text.h"
#include "paddock/gguf/parts.h"
#include "saturating.h"

namespace paddock::gguf {

namespace {

std::string sentence(const std::string& path, const std::string& problem) {
  return printable(path) + " cannot be read as a model: " + problem + ".";
}

Result<Model, std::string> read_one(const std::string& path) {
  auto bytes = FileBytes::open(path);
  if (!bytes) return sentence(path, bytes.error());
  auto model = read_header(*bytes);
  if (!model) return sentence(path, model.error());
  return model;
}

constexpr std::size_t kMostTensors = 65536;

void add(Model& whole, Model part) {
  whole.bytes = plus(whole.bytes, part.bytes);
  whole.tensors.insert(whole.tensors.end(), std::make_move_iterator(part.tensors.begin()),
                       std::make_move_iterator(part.tensors.end()));
  ++whole.files;
}

}  // namespace

const Value* Model::find(std::string_view key) const {
  const auto found = values.find(key);
  return found == values.end() ? nullptr : &found->second;
}

std::optional<std::uint64_t> Model::number(std::string_view key) const {
  const Value* value = find(key);
  if (value == nullptr || !value->number || *value->number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*value->number);
}

std::string_view Model::text(std::string_view key) const {
  const Value* value = find(key);
  return value == nullptr ? std::string_view() : std::string_view(value->text);
}

Result<Model, std::string> read_model(const std::string& path) {
  const std::vector<std::string> parts = parts_of(path);
  auto model = read_one(parts.empty() ? path : parts.front());
  if (!model) return model;
  const std::uint64_t count = model->number("split.count").value_or(1);
  if (count > 1 && count != parts.size()) {
    return sentence(path, "it is one of " + std::to_string(count) + " parts, and not named like one");
  }
  for (std::size_t i = 1; i < parts.size(); ++i) {
    auto part = read_one(parts[i]);
    if (!part) return part;
    if (model->tensors.size() + part->tensors.size() > kMostTensors)
      return sentence(path, "too many tensors");
    add(*model, std::move(*part));
  }
  return model;
}

Result<Model, std::string> parse_model(std::string_view file) {
  MemoryBytes bytes(file);
  return read_header(bytes);
}

}  // namespace paddock::gguf
