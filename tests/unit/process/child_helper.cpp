// A child that does what its arguments say, one after the other:
//
//   print TEXT     a line on stdout            complain TEXT  a line on stderr, without line end
//   env NAME       NAME=value or NAME unset    fds            `fds 0 1 2`
//   limit          `limit SOFT`                signals        `signals blocked=N ignored=N`
//   group          `group yes` if it leads its process group
//   ignore-term    SIGTERM no longer ends it   grandchild     forks a sleeper, prints `grandchild PID`
//   escapee        forks a sleeper in a session of its own that keeps stdout open, prints `escapee PID`
//   flood BYTES    that many bytes in lines    serve PORT MS  answers 503, from MS on 200
//   sleep          for ever                    exit CODE      raise NUMBER
#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

[[noreturn]] void sleep_for_ever() {
  for (;;) ::pause();
}

void say_fds() {
  DIR* folder = ::opendir("/proc/self/fd");
  std::vector<int> fds;
  while (const dirent* entry = ::readdir(folder)) {
    if (entry->d_name[0] != '.') fds.push_back(std::atoi(entry->d_name));
  }
  std::erase(fds, ::dirfd(folder));
  ::closedir(folder);
  std::sort(fds.begin(), fds.end());
  std::string line = "fds";
  for (const int fd : fds) line += " " + std::to_string(fd);
  say(line);
}

void say_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  say("limit " + std::to_string(limit.rlim_cur));
}

void say_signals() {
  sigset_t blocked;
  ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
  int blocked_count = 0, ignored_count = 0;
  for (int number = 1; number < 32; ++number) {
    if (::sigismember(&blocked, number) == 1) ++blocked_count;
    struct sigaction action {};
    ::sigaction(number, nullptr, &action);
    if (action.sa_handler == SIG_IGN) ++ignored_count;
  }
  say("signals blocked=" + std::to_string(blocked_count) + " ignored=" + std::to_string(ignored_count));
}

void fork_sleeper(const std::string& name, bool own_session) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (own_session) ::setsid();
    sleep_for_ever();
  }
  say(name + " " + std::to_string(pid));
}

void flood(std::size_t bytes) {
  const std::string line = std::string(99, 'x') + "\n";
  for (std::size_t sent = 0; sent < bytes; sent += line.size()) {
    std::fwrite(line.data(), 1, std::min(line.size(), bytes - sent), stdout);
  }
  std::fflush(stdout);
}

[[noreturn]] void serve(int port, int flip_ms) {
  const auto flip = std::chrono::steady_clock::now() + std::chrono::milliseconds(flip_ms);
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::perror("bind");
  ::listen(listener, 16);
  for (;;) {
    const int client = ::accept(listener, nullptr, nullptr);
    char request[4096];
    const ssize_t size = ::read(client, request, sizeof request - 1);
    const std::string text(request, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    say("asked " + text.substr(0, text.find('\r')));
    const bool ready = std::chrono::steady_clock::now() >= flip;
    const std::string answer = std::string("HTTP/1.1 ") + (ready ? "200 OK" : "503 Loading") +
                               "\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    if (::write(client, answer.data(), answer.size()) < 0) std::perror("write");
    ::close(client);
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto next = [&]() -> std::string { return i + 1 < argc ? argv[++i] : ""; };
    if (word == "print") say(next());
    if (word == "complain") std::fputs(next().c_str(), stderr);
    if (word == "env") {
      const std::string name = next();
      const char* value = std::getenv(name.c_str());
      say(value ? name + "=" + value : name + " unset");
    }
    if (word == "fds") say_fds();
    if (word == "limit") say_limit();
    if (word == "signals") say_signals();
    if (word == "group") say(::getpgrp() == ::getpid() ? "group yes" : "group no");
    if (word == "ignore-term") ::signal(SIGTERM, SIG_IGN);
    if (word == "grandchild") fork_sleeper("grandchild", false);
    if (word == "escapee") fork_sleeper("escapee", true);
    if (word == "flood") flood(std::strtoull(next().c_str(), nullptr, 10));
    if (word == "serve") {
      const int port = std::atoi(next().c_str());
      serve(port, std::atoi(next().c_str()));
    }
    if (word == "sleep") sleep_for_ever();
    if (word == "exit") std::exit(std::atoi(next().c_str()));
    if (word == "raise") ::raise(std::atoi(next().c_str()));
  }
}
