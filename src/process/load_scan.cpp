#include "load_scan.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "paddock/base/text.h"

namespace paddock::process {

namespace {

// What tells something stands at the beginning of a line.
constexpr std::size_t kLineBytes = 512;

struct Sign {
  std::string_view words;  // in small letters
  LoadStage stage;
};

// The first that a line holds counts. llama.cpp's server also says that it listens before it loads; that is
// none of these.
constexpr Sign kSigns[] = {
    {"downloading", LoadStage::kDownload},
    {"fetching ", LoadStage::kDownload},
    {"warming up", LoadStage::kWarmUp},
    {"capturing cuda graph", LoadStage::kWarmUp},
    {"capture cuda graph", LoadStage::kWarmUp},
    {"graph capturing", LoadStage::kWarmUp},
    {"torch.compile", LoadStage::kCompile},
    {"compiling", LoadStage::kCompile},
    {"model loaded", LoadStage::kServer},
    {"starting the main loop", LoadStage::kServer},
    {"application startup complete", LoadStage::kServer},
    {"model loading took", LoadStage::kContext},
    {"loading weights took", LoadStage::kContext},
    {"loading model weights took", LoadStage::kContext},
    {"loading tensors completed", LoadStage::kContext},
    {"llama_context:", LoadStage::kContext},
    {"llama_new_context", LoadStage::kContext},
    {"llama_init_from_model", LoadStage::kContext},
    {"llama_kv_cache", LoadStage::kContext},
    {"kv cache", LoadStage::kContext},
    {"load_tensors:", LoadStage::kWeights},
    {"loading model", LoadStage::kWeights},
    {"to load model", LoadStage::kWeights},
    {"loading weights", LoadStage::kWeights},
    {"loading tensors", LoadStage::kWeights},
    {"checkpoint shards", LoadStage::kWeights},
    {"loading safetensors", LoadStage::kWeights},
};
constexpr std::string_view kBegin = "loading model tensors";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || read.ec != std::errc()) return std::nullopt;
  return value;
}

std::string_view digits_before(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

// `62%`, `62.5%`
std::optional<int> written_percent(std::string_view line) {
  const std::size_t sign = line.find('%');
  if (sign == std::string_view::npos) return std::nullopt;
  std::string_view digits = digits_before(line, sign);
  const std::size_t begin = sign - digits.size();
  if (begin > 1 && line[begin - 1] == '.' && is_digit(line[begin - 2]))
    digits = digits_before(line, begin - 1);
  const auto percent = number(digits);
  return percent && *percent <= 100 ? percent : std::nullopt;
}

// Of a bar: `|===>     | 12/1095 - 1.00it/s`
std::optional<int> bars_percent(std::string_view line) {
  const std::size_t bar = line.rfind('|');
  if (bar == std::string_view::npos || line.find('|') == bar) return std::nullopt;
  const std::string_view rest = trim(line.substr(bar + 1));
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view behind = rest.substr(slash + 1);
  const auto is_end = std::find_if_not(behind.begin(), behind.end(), is_digit);
  const auto done = number(rest.substr(0, slash));
  const auto all = number(behind.substr(0, static_cast<std::size_t>(is_end - behind.begin())));
  if (!done || !all || *all <= 0 || *done < 0 || *done > *all) return std::nullopt;
  return static_cast<int>(std::int64_t{100} * *done / *all);
}

}  // namespace

const char* stage_name(LoadStage stage) {
  switch (stage) {
    case LoadStage::kStarting:
      return "starting";
    case LoadStage::kDownload:
      return "download";
    case LoadStage::kWeights:
      return "weights";
    case LoadStage::kContext:
      return "context";
    case LoadStage::kCompile:
      return "compile";
    case LoadStage::kWarmUp:
      return "warm-up";
    case LoadStage::kServer:
      return "server";
  }
  return "?";
}

void LoadScan::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (only_dots_) take_dots(bytes);
    const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    line_.append(bytes.substr(0, std::min(end, kLineBytes - line_.size())));
    if (end == bytes.size()) break;
    judge(line_);
    line_.clear();
    only_dots_ = true;
    bytes.remove_prefix(end + 1);
  }
  // A bar may be drawn behind the end of its line.
  judge(line_);
}

// Of a line that has begun with nothing else. They are no part of what is said behind them.
void LoadScan::take_dots(std::string_view& bytes) {
  const std::size_t count = std::min(bytes.find_first_not_of('.'), bytes.size());
  if (count > 0 && progress_.stage == LoadStage::kWeights) {
    dots_ = static_cast<int>(std::min<std::size_t>(100, static_cast<std::size_t>(dots_) + count));
    progress_.percent = dots_;
  }
  bytes.remove_prefix(count);
  if (!bytes.empty()) only_dots_ = false;
}

void LoadScan::judge(std::string_view text) {
  if (text.empty()) return;
  const std::string line = to_lower(text);
  const Sign* const sign = std::find_if(std::begin(kSigns), std::end(kSigns), [&line](const Sign& one) {
    return line.find(one.words) != std::string::npos;
  });
  if (line.find(kBegin) != std::string::npos) dots_ = 0, progress_.percent.reset();
  const bool known = sign != std::end(kSigns);
  if (known) enter(sign->stage);
  auto percent = known ? written_percent(line) : std::nullopt;
  if (!percent && (known || progress_.stage == LoadStage::kWeights)) percent = bars_percent(line);
  if (percent) progress_.percent = percent;
}

void LoadScan::enter(LoadStage stage) {
  if (progress_.stage == stage) return;
  progress_ = {stage, std::nullopt};
  dots_ = 0;
}

// Never whole: that the last byte was read does not mean that it is there.
LoadProgress with_bytes(LoadProgress progress, std::optional<std::uint64_t> read, std::uint64_t total) {
  const bool early = progress.stage == LoadStage::kStarting || progress.stage == LoadStage::kWeights;
  if (!early || progress.percent || !read || total == 0) return progress;
  const double share = 100.0 * static_cast<double>(*read) / static_cast<double>(total);
  const int percent = static_cast<int>(std::min(99.0, share));
  if (percent == 0) return progress;
  return {LoadStage::kWeights, percent};
}

}  // namespace paddock::process
