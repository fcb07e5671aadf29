// Any bytes as a model's file, and as a command line behind its last line end: what is taken from them is
// within the file, and a prediction's ranges are the right way round.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/gguf/load_options.h"
#include "paddock/gguf/model.h"
#include "paddock/gguf/predict.h"

namespace {

namespace gguf = paddock::gguf;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    out.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return out;
}

void check(const gguf::Share& share) {
  const gguf::Range total = share.total();
  if (total.low > total.high || total.low < share.weights) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t line = all.rfind('\n');
  const bool has_words = line != std::string_view::npos;
  const auto model = gguf::parse_model(has_words ? all.substr(0, line) : all);
  const auto options = gguf::read_options(words_of(has_words ? all.substr(line + 1) : std::string_view()));
  if (!model) {
    if (model.error().empty()) std::abort();
    return 0;
  }
  for (const gguf::Tensor& tensor : model->tensors) {
    if (tensor.bytes > size) std::abort();
  }
  const auto predicted = gguf::predict({*model, &*model, &*model}, options, {{1000, 500}, {0, 0}});
  if (!predicted) return 0;
  for (const gguf::Share& share : predicted->devices) check(share);
  check(predicted->ram);
  return 0;
}
