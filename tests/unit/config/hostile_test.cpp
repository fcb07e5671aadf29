// Hostile files end in a finding, or load, in bounded time and memory. Each is read by a child of its own
// whose address space is bounded and whose CPU time is looked at, so that a busy machine does not matter.
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "load_support.h"

namespace paddock::config {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kBoundMemory = false;  // sanitizers reserve terabytes
constexpr double kSeconds = 60;
#elif defined(__OPTIMIZE__)
constexpr bool kBoundMemory = true;
constexpr double kSeconds = 2;
#else
constexpr bool kBoundMemory = true;
constexpr double kSeconds = 6;
#endif
constexpr rlim_t kMemory = rlim_t{4} << 30;
constexpr std::size_t kSize = std::size_t{8} << 20;

struct Cost {
  bool ended_well = false;
  double seconds = 0;
};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

bool read_it(const std::string& text) {
  const LoadResult result = load_text(text, "hostile", [](const std::string&) { return "value"; });
  return result.diagnostics.size() <= 201 && (result.config == nullptr) == has_errors(result.diagnostics);
}

Cost cost_of(const std::string& text) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit limit{kMemory, kMemory};
    if (kBoundMemory) ::setrlimit(RLIMIT_AS, &limit);
    ::_exit(read_it(text) ? 0 : 1);
  }
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  return {WIFEXITED(status) && WEXITSTATUS(status) == 0, seconds(usage.ru_utime) + seconds(usage.ru_stime)};
}

void expect_bounded(const std::string& what, const std::string& text) {
  const Cost cost = cost_of(text);
  EXPECT_TRUE(cost.ended_well) << what;
  EXPECT_LT(cost.seconds, kSeconds) << what;
}

std::string repeated(const std::string& part, std::size_t size = kSize) {
  std::string out;
  while (out.size() + part.size() <= size) out += part;
  return out;
}

// `line` with each `#` in it replaced by a number, as often as fits.
std::string numbered(std::string out, const std::string& line, std::size_t most = kSize) {
  for (int i = 0;; ++i) {
    std::string next = line;
    for (std::size_t at; (at = next.find('#')) != std::string::npos;) next.replace(at, 1, std::to_string(i));
    if (out.size() + next.size() > most) return out;
    out += next;
  }
}

TEST(Hostile, DeepNesting) {
  expect_bounded("in one line", repeated("[", 200000));
  expect_bounded("lists in lines", repeated("[\n"));
  expect_bounded("blocks", repeated("- ", 200000));
}

TEST(Hostile, ManyValues) { expect_bounded("anchors", repeated("- &a a\n")); }

TEST(Hostile, LongTexts) {
  expect_bounded("plain", repeated("a\n"));
  expect_bounded("block", "a: |\n" + repeated(" b\n"));
  expect_bounded("quoted", "a: \"\n" + repeated("\\x41\n"));
  expect_bounded("a place in a long text", "models: {m: {cmd: \"" + repeated("a\n", 900000) + "${no}\"}}\n");
}

TEST(Hostile, AliasBombs) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 8; ++k) bomb += "," + before;
    bomb += "]\n";
  }
  expect_bounded("lists", bomb);
  std::string all = "a: &a {";
  for (int i = 0; i < 3000; ++i) all += "k" + std::to_string(i) + ": c,\n";
  expect_bounded("merge keys", numbered(all + "}\nl:\n", " k#: {<<: *a}\n"));
  expect_bounded("itself", "a: &a [*a]\n");
}

TEST(Hostile, ManyFindings) {
  std::string models =
      numbered("models:\n", "  m#: {cmd: 'x ${nope} ${PORT}', ttl: -5, nme: 1}\n", std::size_t{2} << 20);
  expect_bounded("a hundred thousand", models);
  expect_bounded("duplicate keys", repeated("a:\n"));
  expect_bounded("macros that use each other", numbered("macros:\n", "  k#: ${j#}\n", std::size_t{2} << 20));
}

TEST(Hostile, Bytes) {
  expect_bounded("a hundred megabytes", std::string(std::size_t{100} << 20, 'a'));
  expect_bounded("NUL bytes", std::string(kSize, '\0'));
  expect_bounded("not UTF-8", std::string(kSize, '\xff'));
  expect_bounded("long keys", numbered("", "? " + std::string(200000, 'k') + "#\n: 1\n"));
  expect_bounded("comments", repeated("#\n"));
}

TEST(Hostile, TextsFullOfSecrets) {
  expect_bounded("a command", "models: {m: {cmd: 'x ${PORT} " + repeated("${env.K} ", 200000) + "'}}\n");
  expect_bounded("a list",
                 "models: {m: {cmd: 'x ${PORT}', aliases: [\n" + repeated("${env.K},\n", 1 << 18) + "]}}\n");
}

}  // namespace
}  // namespace paddock::config
