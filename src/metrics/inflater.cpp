#include "inflater.h"

#include <algorithm>

namespace paddock::metrics {

namespace {

// RFC 1950, section 2.2. What is served as deflate often has no such wrapper.
bool is_zlib(unsigned char first, unsigned char second) {
  return (first & 0x0f) == 8 && first >> 4 <= 7 && (first * 256 + second) % 31 == 0;
}

}  // namespace

Inflater::Inflater(Coding coding, std::size_t limit) : coding_(coding), left_(limit) {}

Inflater::~Inflater() {
  if (open_) inflateEnd(&stream_);
}

// False: more bytes are needed to know how.
bool Inflater::begin() {
  int bits = 15 + 16;
  if (coding_ == Coding::kDeflate) {
    while (held_ < first_.size() && !in_.empty()) {
      first_[held_++] = static_cast<unsigned char>(in_.front());
      in_.remove_prefix(1);
    }
    if (held_ < first_.size()) return false;
    bits = is_zlib(first_[0], first_[1]) ? 15 : -15;
  }
  open_ = inflateInit2(&stream_, bits) == Z_OK;
  state_ = open_ ? State::kRuns : State::kBroken;
  return open_;
}

// A gzip file may be several, one behind the other; whatever else follows is no part of it.
void Inflater::go_on_behind_end() {
  if (coding_ != Coding::kGzip || static_cast<unsigned char>(in_.front()) != 0x1f) {
    in_ = {};
    return;
  }
  state_ = inflateReset(&stream_) == Z_OK ? State::kRuns : State::kBroken;
}

bool Inflater::next(std::string_view& piece) {
  if (state_ == State::kEnded && !in_.empty()) go_on_behind_end();
  if (state_ == State::kBegin && !begin()) return false;
  while (state_ == State::kRuns) {
    const bool from_held = held_ > 0;
    const unsigned char* const from = from_held ? first_.data() + (first_.size() - held_)
                                                : reinterpret_cast<const unsigned char*>(in_.data());
    stream_.next_in = const_cast<unsigned char*>(from);
    stream_.avail_in = static_cast<uInt>(from_held ? held_ : std::min<std::size_t>(in_.size(), 1 << 20));
    stream_.next_out = out_.data();
    stream_.avail_out = static_cast<uInt>(out_.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    const auto used = static_cast<std::size_t>(stream_.next_in - from);
    if (from_held)
      held_ -= used;
    else
      in_.remove_prefix(used);
    const std::size_t got = out_.size() - stream_.avail_out;
    if (result == Z_STREAM_END)
      state_ = State::kEnded;
    else if (result != Z_OK && result != Z_BUF_ERROR)
      state_ = State::kBroken;
    else if (got == 0 && used == 0)
      return false;
    if (got > left_) {
      state_ = State::kExhausted;
      return false;
    }
    left_ -= got;
    piece = {reinterpret_cast<const char*>(out_.data()), got};
    if (got > 0) return true;
    if (state_ == State::kEnded && !in_.empty()) go_on_behind_end();
  }
  return false;
}

}  // namespace paddock::metrics
