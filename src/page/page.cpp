#include "paddock/page/page.h"

#include <algorithm>
#include <optional>

#include "paddock/base/text.h"

namespace paddock::page {

namespace {

// What is in front of the first `mark`; `rest` is what is behind it.
std::string_view take(std::string_view& rest, char mark) {
  const std::size_t at = rest.find(mark);
  const std::string_view first = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return trim(first);
}

// `q=0`, `q=0.000`: of all weights only this one matters here.
bool is_zero(std::string_view weight) {
  return weight.starts_with('0') && weight.find_first_not_of("0.") == std::string_view::npos;
}

// Whether the list names the coding, and then whether it lets it.
std::optional<bool> said_of(std::string_view list, std::string_view coding) {
  while (!list.empty()) {
    std::string_view entry = take(list, ',');
    if (!iequals(take(entry, ';'), coding)) continue;
    while (!entry.empty()) {
      std::string_view parameter = take(entry, ';');
      if (iequals(take(parameter, '='), "q")) return !is_zero(trim(parameter));
    }
    return true;
  }
  return std::nullopt;
}

bool takes(std::string_view list, Coding coding) {
  const auto own = said_of(list, name_of(coding));
  return own ? *own : said_of(list, "*").value_or(false);
}

}  // namespace

const File* find(std::span<const File> files, std::string_view path) {
  const std::string_view name = path.empty() ? "index.html" : path;
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const File& file) { return file.path == name; });
  return found == files.end() ? nullptr : &*found;
}

Coding choose(const File& file, std::string_view accept_encoding) {
  Coding best = Coding::kPlain;
  for (const Coding coding : {Coding::kGzip, Coding::kBrotli}) {
    const std::string_view coded = bytes(file, coding);
    if (coded.empty() || coded.size() >= bytes(file, best).size()) continue;
    if (takes(accept_encoding, coding)) best = coding;
  }
  return best;
}

std::string_view bytes(const File& file, Coding coding) {
  switch (coding) {
    case Coding::kGzip:
      return file.gzip;
    case Coding::kBrotli:
      return file.brotli;
    case Coding::kPlain:
      break;
  }
  return file.plain;
}

std::string_view name_of(Coding coding) {
  switch (coding) {
    case Coding::kGzip:
      return "gzip";
    case Coding::kBrotli:
      return "br";
    case Coding::kPlain:
      break;
  }
  return {};
}

}  // namespace paddock::page
