#include "faults.h"

#include <dirent.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/lives.h"

extern char** environ;

namespace paddock::fake {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

std::string status_line(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(key + ":", 0) == 0) return line.substr(key.size() + 2);
  }
  return {};
}

// Only what tests set themselves is shown with its value: the rest may hold secrets of the machine.
std::string shown(const std::string& entry) {
  constexpr const char* kShown[] = {"FAKE_", "PADDOCK_", "CUDA_DEVICE_ORDER=", "LLAMA_ARG_LOG_VERBOSITY="};
  const bool is_shown = std::any_of(std::begin(kShown), std::end(kShown),
                                    [&](const char* start) { return entry.rfind(start, 0) == 0; });
  return is_shown ? entry : entry.substr(0, entry.find('='));
}

void write_flood(std::int64_t bytes, const Recorder& recorder) {
  std::string line(199, 'x');
  line += "\n";
  for (std::int64_t sent = 0; sent < bytes;) {
    const auto count = ::write(STDOUT_FILENO, line.data(), line.size());
    if (count < 0) return;
    sent += count;
  }
  recorder.write("flood_done");
}

}  // namespace

std::vector<std::string> list_open_files() {
  std::vector<std::string> files;
  DIR* folder = ::opendir("/proc/self/fd");
  if (!folder) return files;
  while (const dirent* entry = ::readdir(folder)) {
    const std::string number = entry->d_name;
    if (number[0] == '.' || number == std::to_string(::dirfd(folder))) continue;
    char target[512];
    const auto count = ::readlink(("/proc/self/fd/" + number).c_str(), target, sizeof target);
    files.push_back(number + " " + std::string(target, count > 0 ? static_cast<std::size_t>(count) : 0));
  }
  ::closedir(folder);
  return files;
}

void record_start(const Recorder& recorder, const std::vector<std::string>& open_files) {
  json environment = json::array();
  for (char** entry = environ; *entry; ++entry) environment.push_back(shown(*entry));
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  recorder.write("started", {{"ppid", ::getppid()},
                             {"pgid", ::getpgrp()},
                             {"fds", open_files},
                             {"environ", environment},
                             {"nofile_soft", limit.rlim_cur},
                             {"nofile_hard", limit.rlim_max},
                             {"blocked", status_line("SigBlk")},
                             {"ignored", status_line("SigIgn")}});
}

void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void fork_grandchild(const Options& options, const Recorder& recorder) {
  if (!options.fork_grandchild) return;
  const pid_t child = ::fork();
  if (child == 0) {
    if (!options.lives.empty()) test::Lives(options.lives).enter(options.name);
    if (options.setsid) ::setsid();
    ::signal(SIGTERM, SIG_IGN);
    ::alarm(60);  // never outlives the tests, whatever they miss
    for (;;) ::pause();
  }
  recorder.write("grandchild", {{"child", child}});
}

void die(const Options& options) {
  if (options.die_signal) {
    ::prctl(PR_SET_DUMPABLE, 0);
    ::signal(*options.die_signal, SIG_DFL);
    ::raise(*options.die_signal);
  }
  std::_Exit(options.exit_code);
}

void read_half(const Options& options) {
  if (options.read_half.empty()) return;
  std::string half(std::filesystem::file_size(options.read_half) / 2, '\0');
  std::ifstream(options.read_half, std::ios::binary)
      .read(half.data(), static_cast<std::streamsize>(half.size()));
}

void start_flood(const Options& options, const Recorder& recorder) {
  if (options.flood_log <= 0) return;
  std::thread(write_flood, options.flood_log, std::cref(recorder)).detach();
}

void log_again_and_again(asio::io_context& io, const Options& options) {
  if (options.log_every_ms <= 0) return;
  const auto pause = std::chrono::milliseconds(options.log_every_ms);
  auto timer = std::make_shared<asio::steady_timer>(io, pause);
  timer->async_wait([timer, &io, &options](boost::system::error_code) {
    std::fputs("loading\n", stderr);
    log_again_and_again(io, options);
  });
}

void arm_exit(asio::io_context& io, const Options& options) {
  if (!options.exit_after_ms) return;
  auto timer = std::make_shared<asio::steady_timer>(io, std::chrono::milliseconds(*options.exit_after_ms));
  timer->async_wait([timer, &options](boost::system::error_code) { die(options); });
}

namespace {

[[noreturn]] void leave(const Recorder& recorder) {
  recorder.write("exit");
  std::_Exit(0);
}

}  // namespace

void watch_sigterm(asio::io_context& io, const Options& options, const Recorder& recorder) {
  auto signals = std::make_shared<asio::signal_set>(io, SIGTERM);
  signals->async_wait([signals, &io, &options, &recorder](boost::system::error_code, int) {
    recorder.write("sigterm");
    if (options.ignore_sigterm) return watch_sigterm(io, options, recorder);
    if (options.sigterm_delay_ms == 0) leave(recorder);
    const auto delay = std::chrono::milliseconds(options.sigterm_delay_ms);
    auto timer = std::make_shared<asio::steady_timer>(io, delay);
    timer->async_wait([timer, &recorder](boost::system::error_code) { leave(recorder); });
  });
}

}  // namespace paddock::fake
