#include "header.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "paddock/base/text.h"
#include "saturating.h"
#include "types.h"

namespace paddock::gguf {

namespace {

constexpr std::uint64_t kMagic = 0x46554747;  // GGUF
constexpr std::uint64_t kMostKeys = 65536, kMostTensors = 65536;
constexpr std::uint64_t kMostName = 1024, kMostText = 256, kMostNumbers = 4096;
constexpr std::uint64_t kMostDimensions = 4;
constexpr std::uint64_t kDefaultAlignment = 32;

enum Kind : std::uint64_t {
  kU8,
  kI8,
  kU16,
  kI16,
  kU32,
  kI32,
  kF32,
  kBool,
  kString,
  kArray,
  kU64,
  kI64,
  kF64,
  kKinds
};
constexpr int kWidths[kKinds] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

bool is_real(std::uint64_t kind) { return kind == kF32 || kind == kF64; }
bool is_whole(std::uint64_t kind) { return kind < kKinds && kWidths[kind] != 0 && !is_real(kind); }

std::int64_t whole(std::uint64_t bits, std::uint64_t kind) {
  switch (kind) {
    case kI8:
      return static_cast<std::int8_t>(bits);
    case kI16:
      return static_cast<std::int16_t>(bits);
    case kI32:
      return static_cast<std::int32_t>(bits);
    case kU64:
      return static_cast<std::int64_t>(std::min<std::uint64_t>(bits, INT64_MAX));
    default:
      return static_cast<std::int64_t>(bits);
  }
}

struct Info {
  Tensor tensor;
  std::uint64_t offset = 0;
  bool known = true;
};

class Reader {
 public:
  explicit Reader(Bytes& bytes) : in_(bytes), size_(bytes.size()) {}

  Result<Model, std::string> read() {
    if (auto bad = read_counts(); !bad.empty()) return bad;
    for (std::uint64_t i = 0; i < keys_ && problem_.empty() && !in_.failed(); ++i) read_key();
    for (std::uint64_t i = 0; i < tensors_ && problem_.empty() && !in_.failed(); ++i) read_tensor();
    if (problem_.empty() && in_.failed()) fail("it ends, or goes beyond all measure, within its header");
    if (problem_.empty()) place_tensors();
    if (!problem_.empty()) return problem_;
    model_.bytes = size_;
    return std::move(model_);
  }

 private:
  void fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  std::string read_counts() {
    if (in_.number(4) != kMagic || in_.failed()) return "it is no GGUF";
    const std::uint64_t version = in_.number(4);
    if (version != 0 && (version & 0xffff) == 0) return "it is a GGUF of a big endian machine";
    if (version != 2 && version != 3)
      return "its version of GGUF is " + std::to_string(version) + ", not 2 or 3";
    tensors_ = in_.number(8);
    keys_ = in_.number(8);
    if (in_.failed()) return "it ends within its header";
    if (tensors_ > kMostTensors) return std::to_string(tensors_) + " tensors are not believed";
    if (keys_ > kMostKeys) return std::to_string(keys_) + " keys are not believed";
    return {};
  }

  void read_key() {
    auto name = in_.text(kMostName);
    if (in_.failed()) return;
    if (!name) return fail("a key's name is too long");
    const std::uint64_t kind = in_.number(4);
    if (kind >= kKinds) return fail("its key " + printable(*name, 64) + " is of an unknown kind");
    Value value = kind == kArray ? read_list() : read_value(kind);
    if (!model_.values.emplace(std::move(*name), std::move(value)).second) fail("a key is there twice");
  }

  Value read_value(std::uint64_t kind) {
    Value value;
    if (kind == kString) {
      value.text = in_.text(kMostText).value_or("");
    } else if (kind == kF32) {
      value.real = std::bit_cast<float>(static_cast<std::uint32_t>(in_.number(4)));
    } else if (kind == kF64) {
      value.real = std::bit_cast<double>(in_.number(8));
    } else {
      value.number = whole(in_.number(kWidths[kind]), kind);
    }
    return value;
  }

  Value read_list() {
    Value value;
    const std::uint64_t kind = in_.number(4);
    value.length = in_.number(8);
    if (kind == kArray || kind >= kKinds) {
      fail("a list in it holds lists, or an unknown kind");
    } else if (kind == kString) {
      for (std::uint64_t i = 0; i < value.length && !in_.failed(); ++i) in_.skip(in_.number(8));
    } else if (is_whole(kind) && value.length <= std::min(kMostNumbers, numbers_left_)) {
      numbers_left_ -= value.length;
      for (std::uint64_t i = 0; i < value.length && !in_.failed(); ++i) {
        value.numbers.push_back(whole(in_.number(kWidths[kind]), kind));
      }
    } else {
      in_.skip(times(value.length, static_cast<std::uint64_t>(kWidths[kind])));
    }
    return value;
  }

  void read_tensor() {
    Info info;
    auto name = in_.text(kMostName);
    if (in_.failed()) return;
    if (!name) return fail("a tensor's name is too long");
    info.tensor.name = std::move(*name);
    const std::uint64_t dimensions = in_.number(4);
    if (dimensions > kMostDimensions) return fail("a tensor in it has too many dimensions");
    info.tensor.width = info.tensor.rows = 1;
    for (std::uint64_t i = 0; i < dimensions; ++i) {
      const std::uint64_t size = in_.number(8);
      info.tensor.rows = i == 0 ? 1 : times(info.tensor.rows, size);
      if (i == 0) info.tensor.width = size;
    }
    const auto pack = packing(in_.number(4));
    info.offset = in_.number(8);
    info.known = pack.has_value();
    if (pack) info.tensor.bytes = times(pack->size(info.tensor.width), info.tensor.rows);
    infos_.push_back(std::move(info));
  }

  // The types of a later ggml are unknown here, but each tensor ends where the next begins.
  void place_tensors() {
    const std::uint64_t alignment = model_.number("general.alignment").value_or(kDefaultAlignment);
    if (alignment == 0 || alignment > (1 << 20)) return fail("its alignment is not believed");
    const std::uint64_t begin = padded(in_.offset(), alignment);
    const std::uint64_t room = begin < size_ ? size_ - begin : 0;
    std::stable_sort(infos_.begin(), infos_.end(),
                     [](const Info& a, const Info& b) { return a.offset < b.offset; });
    for (std::size_t i = 0; i < infos_.size(); ++i) {
      Info& info = infos_[i];
      const std::uint64_t end = i + 1 < infos_.size() ? infos_[i + 1].offset : room;
      if (!info.known) info.tensor.bytes = end > info.offset ? end - info.offset : 0;
      if (plus(info.offset, info.tensor.bytes) > room) {
        return fail("it is shorter than its tensor " + printable(info.tensor.name, 64) +
                    " needs: was it copied to its end?");
      }
      model_.tensors.push_back(std::move(info.tensor));
    }
  }

  Cursor in_;
  const std::uint64_t size_;
  std::uint64_t keys_ = 0, tensors_ = 0;
  std::vector<Info> infos_;
  std::uint64_t numbers_left_ = 1 << 20;  // of all lists; those behind are skipped
  Model model_;
  std::string problem_;
};

}  // namespace

Result<Model, std::string> read_header(Bytes& bytes) { return Reader(bytes).read(); }

}  // namespace paddock::gguf
