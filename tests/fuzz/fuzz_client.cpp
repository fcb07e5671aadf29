// Any bytes as the address of a daemon, and as what it answers: a value or one printable sentence, never
// more.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "address.h"
#include "answer.h"

namespace {

using namespace paddock::client;

void check_sentence(const Failure& failure) {
  const auto steers = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  if (failure.sentence.empty() || std::any_of(failure.sentence.begin(), failure.sentence.end(), steers)) {
    std::abort();
  }
}

void check_address(const std::string& text) {
  const auto address = parse_address(text);
  if (!address) return check_sentence(address.error());
  const Place place = place_of(*address);
  if (place.host.empty() || place.port < 1 || place.port > 65535) std::abort();
  const auto again = parse_address(address->url);
  if (!again || *again != *address) std::abort();
}

void check_answer(const std::string& body, int status) {
  const auto judged = judge({"http://127.0.0.1:8080", "/api/plan", false}, {status, body});
  if (!judged) return check_sentence(judged.error());
  if (*judged != body) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_address(text);
  check_address("http://" + text);
  for (const int status : {200, 204, 401, 404, 500, 0}) check_answer(text, status);
  return 0;
}
