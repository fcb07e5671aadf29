// Shape: what the keys of a model say about its layers, in the words of llama.cpp's memory: how wide the KV
// cache and the recurrent state of each layer are, and which layers look at a window only. The rules for
// architectures are llama.cpp's own (its llama-model.cpp), as facts. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "paddock/base/result.h"
#include "paddock/gguf/model.h"

namespace paddock::gguf {

struct Layer {
  std::uint64_t k = 0, v = 0;  // numbers in a cell of its cache; 0: it has none
  std::uint64_t state = 0;     // numbers of recurrent state for each sequence
  bool windowed = false;

  friend bool operator==(const Layer&, const Layer&) = default;
};

struct Shape {
  std::vector<Layer> layers{};      // with those of the next item
  std::uint64_t unused_layers = 0;  // at the end, for predicting several tokens: loaded only on demand
  std::string architecture{};
  bool is_known = true;       // else its caches are guessed from its keys alone
  bool is_encoder = false;    // no text comes out: no cache, no output matrix
  std::uint64_t context = 0;  // trained
  std::uint64_t window = 0;
  std::uint64_t vocabulary = 0, heads = 0, feed_forward = 0;
};

// The error goes on from "FILE ": "is no language model, ...".
Result<Shape, std::string> shape_of(const Model& model);

}  // namespace paddock::gguf
