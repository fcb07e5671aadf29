// predict() says how much memory a model will take on each device and in RAM before it is loaded, from its
// file's header and its command line, as llama.cpp allocates.
//
// Weights, KV cache and recurrent state follow from the header and are exact where the architecture is known.
// Scratch memory for computing and what the driver takes for itself are no one's formula: ranges. What
// engines decide at load (fewer layers on devices or a smaller context where memory is short) is not
// foreseen: the numbers are those of everything as asked. Not counted: --cache-ram, adapters. Pure; any
// thread. Bytes all through.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "paddock/base/result.h"
#include "paddock/gguf/load_options.h"
#include "paddock/gguf/model.h"

namespace paddock::gguf {

struct Device {
  std::uint64_t total = 0;
  std::uint64_t free = 0;  // the layers are shared out by this; all zero: evenly
};

struct Range {
  std::uint64_t low = 0, high = 0;

  friend bool operator==(const Range&, const Range&) = default;
};

// What a driver takes for itself on each device in use, by what was seen.
constexpr Range kDriver = {std::uint64_t{200} << 20, std::uint64_t{500} << 20};

struct Share {
  std::uint64_t weights = 0, kv = 0, state = 0;
  Range compute{}, driver{};

  Range total() const;
  bool empty() const { return weights == 0 && kv == 0 && state == 0; }
  friend bool operator==(const Share&, const Share&) = default;
};

struct Files {
  const Model& model;
  const Model* projector = nullptr;
  const Model* draft = nullptr;
};

struct Prediction {
  std::vector<Share> devices{};  // one for each that was given
  Share ram{};
  std::uint64_t context = 0, slots = 1;
  std::uint64_t layers = 0, layers_on_devices = 0;  // as the engine counts: one more than blocks
  std::vector<std::string> notes{};                 // sentences: what was assumed
};

// Of the tensors that engines keep in RAM, whatever goes to devices: the input embeddings.
std::uint64_t input_bytes(const Model& model);

// The error is a sentence: this is no language model, or absurd.
Result<Prediction, std::string> predict(const Files& files, const LoadOptions& options,
                                        const std::vector<Device>& devices);

}  // namespace paddock::gguf
