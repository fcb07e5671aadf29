#include "embeddings.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace paddock::ollama {

namespace {

// Where the server does not say, the order of its list is the order of the inputs.
std::int64_t index_of(const Json& item, std::size_t place) {
  const Json* index = find(item, "index");
  return index != nullptr && index->is_number_integer() ? index->get<std::int64_t>()
                                                        : static_cast<std::int64_t>(place);
}

bool is_vector(const Json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(), [](const Json& number) { return number.is_number(); });
}

Vectors complaint(std::string sentence) { return {Json::array(), std::move(sentence)}; }

}  // namespace

Vectors read_vectors(Json& answer) {
  Json* data = find(answer, "data");
  if (data == nullptr || !data->is_array()) return complaint("the model's server answered no embeddings");
  std::vector<std::pair<std::int64_t, Json>> found;
  for (std::size_t i = 0; i < data->size(); ++i) {
    Json* vector = find((*data)[i], "embedding");
    if (vector == nullptr || !is_vector(*vector)) {
      return complaint(
          "the model's server answered something else than one vector per input; llama-server needs "
          "--pooling");
    }
    found.emplace_back(index_of((*data)[i], i), std::move(*vector));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  Vectors out;
  for (auto& [index, vector] : found) out.list.push_back(std::move(vector));
  return out;
}

}  // namespace paddock::ollama
