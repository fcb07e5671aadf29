// GgufText writes a GGUF in memory, one key and tensor after the other, right or wrong as the test wants it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::gguf::test {

class GgufText {
 public:
  GgufText& text(std::string_view key, std::string_view value) {
    begin_key(key, 8);
    append_text(keys_, value);
    return *this;
  }
  GgufText& number(std::string_view key, std::uint32_t value) {
    begin_key(key, 4);
    append(keys_, value, 4);
    return *this;
  }
  GgufText& numbers(std::string_view key, const std::vector<std::uint32_t>& values) {
    begin_list(key, 4, values.size());
    for (const std::uint32_t value : values) append(keys_, value, 4);
    return *this;
  }
  GgufText& flags(std::string_view key, const std::vector<bool>& values) {
    begin_list(key, 7, values.size());
    for (const bool value : values) append(keys_, value, 1);
    return *this;
  }
  GgufText& words(std::string_view key, std::size_t count) {
    begin_list(key, 8, count);
    for (std::size_t i = 0; i < count; ++i) append_text(keys_, "word");
    return *this;
  }
  // A list of any kind that claims `length` entries and has none.
  GgufText& begin_list(std::string_view key, std::uint32_t kind, std::uint64_t length) {
    begin_key(key, 9);
    append(keys_, kind, 4);
    append(keys_, length, 8);
    return *this;
  }
  // Its data count as `bytes`, which are where the file grows by; the sizes are what it says of itself.
  GgufText& tensor(std::string_view name, const std::vector<std::uint64_t>& sizes, std::uint32_t type,
                   std::uint64_t bytes) {
    append_text(infos_, name);
    append(infos_, sizes.size(), 4);
    for (const std::uint64_t size : sizes) append(infos_, size, 8);
    append(infos_, type, 4);
    append(infos_, data_, 8);
    data_ += (bytes + 31) / 32 * 32;
    ++tensors_;
    return *this;
  }
  // Of F32: four bytes each.
  GgufText& matrix(std::string_view name, std::uint64_t width, std::uint64_t rows) {
    return tensor(name, {width, rows}, 0, width * rows * 4);
  }

  std::string header(std::uint32_t version = 3) const {
    std::string out = "GGUF";
    append(out, version, 4);
    append(out, tensors_, 8);
    append(out, count_, 8);
    out += keys_ + infos_;
    out.append((32 - out.size() % 32) % 32, '\0');
    return out;
  }
  std::string file(std::uint32_t version = 3) const { return header(version) + std::string(data_, '\0'); }

 private:
  void begin_key(std::string_view key, std::uint32_t kind) {
    append_text(keys_, key);
    append(keys_, kind, 4);
    ++count_;
  }
  static void append(std::string& out, std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) out += static_cast<char>(value >> (8 * i));
  }
  static void append_text(std::string& out, std::string_view text) {
    append(out, text.size(), 8);
    out += text;
  }

  std::string keys_, infos_;
  std::uint64_t count_ = 0, tensors_ = 0, data_ = 0;
};

}  // namespace paddock::gguf::test
