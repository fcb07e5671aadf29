#include <algorithm>
#include <cctype>
#include <utility>

#include "paddock/base/text.h"
#include "paddock/logs/line.h"

namespace paddock::logs {

namespace {

constexpr std::size_t kLookedAt = 2 << 10;
constexpr std::size_t kHead = 100;  // where engines put a level

constexpr std::string_view kLevels[] = {"debug", "info", "warn", "error"};
constexpr std::string_view kSources[] = {"proxy", "upstream"};

// Who looks for a GPU's lines wants all that tell of memory, also those that name no device.
constexpr Tags kMemory = kGpu | kFit;

// Words for tags, in lower case.
constexpr std::pair<Tags, std::string_view> kWords[] = {
    {kGpu, "gpu"},
    {kGpu, "cuda"},
    {kGpu, "rocm"},
    {kGpu, "hip error"},
    {kGpu, "hipmalloc"},
    {kGpu, "vulkan"},
    {kGpu, "ggml_metal"},
    {kGpu, "metal_mapped"},
    {kGpu, "iogpu"},
    {kGpu, "sycl"},
    {kGpu, "opencl"},
    {kGpu, "nvidia"},
    {kGpu, "nvml"},
    {kGpu, "radeon"},
    {kGpu, "vram"},
    {kMemory, "using device"},
    {kMemory, "device memory"},
    {kMemory, "compute capability"},
    {kMemory, "offload"},
    {kMemory, "load_tensors:"},
    {kMemory, "buffer size"},
    {kMemory, "kv_cache"},
    {kMemory, "kv cache memory"},
    {kMemory, "kv self"},
    {kMemory, "whisper_init_state: kv"},
    {kMemory, "llama_memory_recurrent"},
    {kMemory, "memory_breakdown"},
    {kMemory, "memory usage"},
    {kMemory, "params_fit"},
    {kMemory, "fit_params"},
    {kMemory, "fit params"},
    {kMemory, "free memory"},
    {kMemory, "cannot fulfill margin"},
    {kMemory, "context size reduced"},
    {kMemory, ": n_ctx "},
    {kMemory, "to allocate"},
    {kMemory, "allocation failed"},
    {kMemory, "compute buffer"},
    {kMemory, "graph splits"},
    {kMemory, "buffer type overrid"},
    {kMemory, "tensor overrides"},
    {kMemory, "loading took"},
    {kMemory, "weights took"},
    {kMemory, "maximum concurrency"},
    {kMemory, "total size ="},
    {kMemory, "vulkan devices"},
    {kMemory, "cuda blocks"},
    {kMemory, "gpu blocks"},
    {kMemory, "no gpu found"},
    {kMemory, " deficit"},
    {kMemory, " surplus"},
    {kMemory, "mb(vram"},
    {kMemory, "mb(ram"},
    {kFit, "kv cache"},
    {kFit, "auto-fit"},
    {kFit, "projected to use"},
    {kFit, "| uma:"},
    {kFit, "out of memory"},
    {kFit, "outofmemory"},
    {kFit, "erroroutof"},
    {kFit, "allocation"},
    {kFit, "no usable gpu"},
    {kFit, "devices found"},
    {kFit, "cuda devices"},
    {kFit, "n_ctx"},
    {kFit, "context size"},
    {kFit, "overrid"},
    {kFit, "memory size"},
    {kFit, "backend buffer"},
    {kFit, " backend"},
    {kFit, "cpu_mapped"},
    {kFit, " mib"},
    {kFit, " gib"},
    {kFit, "cache blocks"},
    {kTiming, "eval time"},
    {kTiming, "tokens per second"},
    {kTiming, "print_timing"},
    {kTiming, "t/s"},
    {kTiming, "tok/s"},
    {kTiming, "tokens/s"},
    {kTiming, "total time"},
    {kTiming, "load time"},
    {kTiming, "draft acceptance"},
    {kTiming, "prompt processing"},
    {kHttp, "get /"},
    {kHttp, "post /"},
    {kHttp, "put /"},
    {kHttp, "delete /"},
    {kHttp, "http/1."},
    {kHttp, "log_server_r"},
    {kHttp, "done request"},
};

constexpr std::string_view kErrorWords[] = {"error", "failed",    "fatal", "exception",
                                            "panic", "traceback", "abort", "aborted"};
constexpr std::string_view kErrorPhrases[] = {"out of memory",      "unable to",        "cannot allocate",
                                              "ggml_assert",        "terminate called", "core dumped",
                                              "segmentation fault", "outofmemory"};

bool is_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool has(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

// As a word of its own.
bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string_view::npos; at += word.size()) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]))) return true;
  }
  return false;
}

std::size_t digits(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at;
}

// llama.cpp's `minutes.seconds.millis.micros LEVEL `, perhaps behind a router's `[port] `.
std::optional<Level> letter_level(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = digits(text, 1);
    if (end > 1 && text.substr(end).starts_with("] ")) text.remove_prefix(end + 2);
  }
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    const std::size_t end = digits(text, at);
    if (end == at || end - at > 9 || end == text.size() || text[end] != (part < 3 ? '.' : ' '))
      return std::nullopt;
    at = end + 1;
  }
  if (at + 1 >= text.size() || text[at + 1] != ' ') return std::nullopt;
  constexpr std::string_view kLetters = "DIWE";
  const std::size_t level = kLetters.find(text[at]);
  return level == std::string_view::npos ? std::nullopt : std::optional(static_cast<Level>(level));
}

// The first level in capitals near the beginning: `[WARN ]`, `INFO:`, ` - ERROR - `.
std::optional<Level> word_level(std::string_view text) {
  constexpr std::pair<std::string_view, Level> kCapitals[] = {
      {"DEBUG", Level::kDebug}, {"TRACE", Level::kDebug}, {"VERB", Level::kDebug},
      {"INFO", Level::kInfo},   {"WARN", Level::kWarn},   {"WARNING", Level::kWarn},
      {"ERROR", Level::kError}, {"ERR", Level::kError},   {"CRITICAL", Level::kError},
      {"FATAL", Level::kError}};
  text = text.substr(0, kHead);
  while (!text.empty()) {
    std::size_t end = 0;
    while (end < text.size() && is_letter(text[end])) ++end;
    for (const auto& [word, level] : kCapitals) {
      if (text.substr(0, end) == word) return level;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::nullopt;
}

bool tells_of_error(std::string_view lower) {
  const auto word = [&](std::string_view one) { return has_word(lower, one); };
  const auto phrase = [&](std::string_view one) { return has(lower, one); };
  return std::any_of(std::begin(kErrorWords), std::end(kErrorWords), word) ||
         std::any_of(std::begin(kErrorPhrases), std::end(kErrorPhrases), phrase);
}

template <class Value, std::size_t size>
std::optional<Value> named(const std::string_view (&names)[size], std::string_view word) {
  const auto found = std::find(std::begin(names), std::end(names), word);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<Value>(found - std::begin(names));
}

}  // namespace

Signs read_signs(std::string_view text) {
  text = text.substr(0, kLookedAt);
  const std::string lower = to_lower(text);
  Signs signs;
  for (const auto& [tags, word] : kWords) {
    if ((signs.tags & tags) != tags && has(lower, word)) signs.tags |= tags;
  }
  std::optional<Level> level = letter_level(text);
  if (!level) level = word_level(text);
  // What an engine calls information is none, whatever words are in it.
  const bool error = (!level || *level >= Level::kWarn) && tells_of_error(lower);
  if (!level && error) level = Level::kError;
  if (!level && (has_word(lower, "warning") || has_word(lower, "warn"))) level = Level::kWarn;
  signs.level = level.value_or(Level::kInfo);
  if (error || signs.level == Level::kError) signs.tags |= kErrorTag;
  return signs;
}

std::string_view name_of(Level level) { return kLevels[static_cast<std::size_t>(level)]; }
std::string_view name_of(Source source) { return kSources[static_cast<std::size_t>(source)]; }

std::string_view name_of(Tag tag) {
  switch (tag) {
    case kGpu:
      return "gpu";
    case kErrorTag:
      return "error";
    case kTiming:
      return "timing";
    case kHttp:
      return "http";
    case kFit:
      return "fit";
  }
  return "";
}

std::optional<Level> level_named(std::string_view word) { return named<Level>(kLevels, word); }
std::optional<Source> source_named(std::string_view word) { return named<Source>(kSources, word); }

std::optional<Tag> tag_named(std::string_view word) {
  const auto found = std::find_if(std::begin(kAllTags), std::end(kAllTags),
                                  [word](Tag tag) { return name_of(tag) == word; });
  if (found == std::end(kAllTags)) return std::nullopt;
  return *found;
}

}  // namespace paddock::logs
