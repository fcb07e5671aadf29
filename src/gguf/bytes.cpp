#include "bytes.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace paddock::gguf {

namespace {

constexpr std::size_t kBlock = 256 << 10;
// Before the format's own checks: nobody's header is as large, and a hostile one costs time only.
constexpr std::uint64_t kMostHeader = 256 << 20;

}  // namespace

Result<FileBytes, std::string> FileBytes::open(const std::string& path) {
  // A pipe without a writer would hold us for ever.
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts {};
  if (!fd || ::fstat(fd.get(), &facts) != 0) return std::string(std::strerror(errno));
  if (!S_ISREG(facts.st_mode)) return std::string("it is no regular file");
  return FileBytes(std::move(fd), static_cast<std::uint64_t>(facts.st_size));
}

std::string_view FileBytes::at(std::uint64_t offset) {
  if (offset >= begin_ && offset - begin_ < block_.size())
    return std::string_view(block_).substr(offset - begin_);
  block_.resize(kBlock);
  const ssize_t count = ::pread(fd_.get(), block_.data(), block_.size(), static_cast<off_t>(offset));
  block_.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  begin_ = offset;
  return block_;
}

std::uint64_t Cursor::number(int width) {
  std::uint64_t value = 0;
  for (int i = 0; i < width; ++i) {
    if (here_.empty() && !failed_) here_ = bytes_.at(offset_);
    if (here_.empty() || offset_ >= std::min(bytes_.size(), kMostHeader)) failed_ = true;
    if (failed_) return 0;
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(here_.front())) << (8 * i);
    here_.remove_prefix(1);
    ++offset_;
  }
  return value;
}

std::optional<std::string> Cursor::text(std::uint64_t limit) {
  const std::uint64_t length = number(8);
  if (length > limit || length > left()) {
    skip(length);
    return std::nullopt;
  }
  std::string out;
  for (std::uint64_t i = 0; i < length && !failed_; ++i) out += static_cast<char>(number(1));
  return out;
}

void Cursor::skip(std::uint64_t count) {
  if (count > left()) failed_ = true;
  if (failed_) return;
  offset_ += count;
  here_.remove_prefix(std::min<std::uint64_t>(count, here_.size()));
}

}  // namespace paddock::gguf
