// Bytes: where a header is read from, a file or memory, and a cursor through it that never leaves it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paddock/base/result.h"
#include "paddock/base/unique_fd.h"

namespace paddock::gguf {

class Bytes {
 public:
  virtual ~Bytes() = default;
  virtual std::uint64_t size() const = 0;
  // What lies at `offset`, at least one byte; valid until the next call. Empty at the end, or if reading
  // fails.
  virtual std::string_view at(std::uint64_t offset) = 0;
};

class MemoryBytes final : public Bytes {
 public:
  explicit MemoryBytes(std::string_view all) : all_(all) {}
  std::uint64_t size() const override { return all_.size(); }
  std::string_view at(std::uint64_t offset) override {
    return all_.substr(offset < all_.size() ? offset : all_.size());
  }

 private:
  const std::string_view all_;
};

class FileBytes final : public Bytes {
 public:
  // A regular file; the error says why not.
  static Result<FileBytes, std::string> open(const std::string& path);
  std::uint64_t size() const override { return size_; }
  std::string_view at(std::uint64_t offset) override;

 private:
  FileBytes(UniqueFd fd, std::uint64_t size) : fd_(std::move(fd)), size_(size) {}

  UniqueFd fd_;
  std::uint64_t size_;
  std::uint64_t begin_ = 0;  // of what `block_` holds
  std::string block_;
};

// Reads on from the beginning. Once something is not there, every later answer is empty, too, and failed().
class Cursor {
 public:
  explicit Cursor(Bytes& bytes) : bytes_(bytes) {}

  std::uint64_t offset() const { return offset_; }
  std::uint64_t left() const { return bytes_.size() - offset_; }
  bool failed() const { return failed_; }

  // A little endian number of `width` bytes, 1 to 8; zero if it is not there.
  std::uint64_t number(int width);
  // A text with its length in front. A longer one than `limit` is skipped: nothing.
  std::optional<std::string> text(std::uint64_t limit);
  void skip(std::uint64_t count);

 private:
  Bytes& bytes_;
  std::string_view here_;
  std::uint64_t offset_ = 0;
  bool failed_ = false;
};

}  // namespace paddock::gguf
