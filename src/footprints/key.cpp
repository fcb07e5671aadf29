#include <openssl/evp.h>
#include <sys/stat.h>

#include <array>
#include <memory>
#include <set>

#include "paddock/footprints/footprints.h"

namespace paddock::footprints {

namespace {

// Each text with its length in front, so that no two lists look the same.
void append(std::string& out, const std::string& text) { out += std::to_string(text.size()) + ":" + text; }

void append_list(std::string& out, const std::vector<std::string>& texts) {
  out += std::to_string(texts.size()) + ";";
  for (const std::string& text : texts) append(out, text);
}

std::string hash(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) return {};
  constexpr const char* kDigits = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out += kDigits[digest[i] >> 4];
    out += kDigits[digest[i] & 15];
  }
  return out;
}

}  // namespace

Key key_of(const Command& command) {
  std::string all = "1";
  append_list(all, command.words);
  append_list(all, command.environment);
  for (const std::string& path : std::set<std::string>(command.files.begin(), command.files.end())) {
    struct stat facts {};
    if (path.empty() || ::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) continue;
    append(all, path);
    append_list(all, {std::to_string(facts.st_size), std::to_string(facts.st_mtim.tv_sec),
                      std::to_string(facts.st_mtim.tv_nsec)});
  }
  return hash(all);
}

}  // namespace paddock::footprints
