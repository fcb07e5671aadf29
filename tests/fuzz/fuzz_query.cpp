// Any bytes as a query: the first value of a name is the first of all of its values, and decoding never
// grows.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "paddock/http/handler.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  paddock::http::Request request;
  request.query.assign(reinterpret_cast<const char*>(data), size);
  for (const char* name : {"model", "running", "a", ""}) {
    const std::vector<std::string> all = request.query_values(name);
    if (all.empty() == request.has_query(name)) std::abort();
    if (request.query_value(name) != (all.empty() ? std::string() : all.front())) std::abort();
    for (const std::string& value : all) {
      if (value.size() > size) std::abort();
    }
  }
  return 0;
}
