// Model: what the headers of a GGUF tell: its keys and its list of tensors. The weights themselves are never
// read, and neither are the tokenizer's lists, only counted.
//
// Files come from strangers. What is taken from one is bounded (a header of at most 256 MiB, 65536 keys and
// tensors), every size in it is checked against the file's, and what does not fit is an error: a sentence for
// people. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3, little endian.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/base/result.h"

namespace paddock::gguf {

struct Value {
  std::optional<std::int64_t> number{};  // whole numbers and truth values
  std::optional<double> real{};          // of floating point
  std::string text{};                    // of at most 256 bytes; empty for a longer one
  std::uint64_t length = 0;              // of a list
  std::vector<std::int64_t> numbers{};   // a list of at most 4096 whole numbers or truth values
};

struct Tensor {
  std::string name{};
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0, width = 0;  // of a matrix; all but the first dimension count as rows

  friend bool operator==(const Tensor&, const Tensor&) = default;
};

struct Model {
  std::map<std::string, Value, std::less<>> values;  // of the first file
  std::vector<Tensor> tensors;                       // of all files
  std::uint64_t bytes = 0;                           // of the files
  int files = 1;

  // Absent, another kind, or below zero: nothing.
  std::optional<std::uint64_t> number(std::string_view key) const;
  std::string_view text(std::string_view key) const;
  const Value* find(std::string_view key) const;
};

// `path` names the file, or one of several (parts.h). Opens, reads and closes; may be slow or hang with the
// file system. Only regular files are read.
Result<Model, std::string> read_model(const std::string& path);
// One whole file in memory. Pure.
Result<Model, std::string> parse_model(std::string_view file);

}  // namespace paddock::gguf
