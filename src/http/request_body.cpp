#include "request_body.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "body_peek.h"

namespace paddock::http {

namespace {

// First room for a body; a promised length is believed up to here.
constexpr std::uint64_t kFirstRoom = 1 << 20;
constexpr std::size_t kFileRoom = 64 << 10;

}  // namespace

const char RequestBody::empty_[kBodyPadding] = {};

// Of large blocks realloc() moves no bytes.
void RequestBody::grow(std::size_t capacity) {
  char* const larger = static_cast<char*>(std::realloc(bytes_.get(), capacity + kBodyPadding));
  if (larger == nullptr) throw std::bad_alloc();
  bytes_.release();
  bytes_.reset(larger);
  capacity_ = capacity;
}

std::span<char> RequestBody::room(std::size_t most) {
  const std::uint64_t memory = std::min(rules_.memory, hold_.bytes());
  if (!file_.is_open() && size_ < memory) {
    const std::uint64_t more = std::min(memory - size_, std::max<std::uint64_t>(kFirstRoom, size_));
    if (capacity_ == size_) grow(size_ + static_cast<std::size_t>(more));
    return {bytes_.get() + size_, std::min(most, capacity_ - size_)};
  }
  if (!file_.is_open() && !file_.open()) return {};
  if (!to_file_) to_file_.reset(new char[kFileRoom]);
  return {to_file_.get(), std::min(most, kFileRoom)};
}

bool RequestBody::commit(std::size_t bytes) {
  const bool to_file = file_.is_open();
  const std::string_view news(to_file ? to_file_.get() : bytes_.get() + size_, bytes);
  if (to_file && !file_.append(news)) return false;
  if (!to_file) {
    size_ += bytes;
    // For parsers that read past the end.
    std::memset(bytes_.get() + size_, 0, kBodyPadding);
  }
  return !look_ || look_(news);
}

void RequestBody::drop() {
  bytes_.reset();
  size_ = capacity_ = 0;
  to_file_.reset();
  file_ = BodyFile();
  hold_.release();
}

void RequestBody::append_pieces(std::uint64_t from, std::uint64_t to, BodyPieces& out) const {
  if (from < std::min<std::uint64_t>(to, size_))
    out.push_back({bytes_.get() + from, nullptr, 0, std::min<std::uint64_t>(to, size_) - from});
  const std::uint64_t begin = std::max<std::uint64_t>(from, size_);
  if (begin < to) out.push_back({nullptr, &file_, begin - size_, to - begin});
}

}  // namespace paddock::http
