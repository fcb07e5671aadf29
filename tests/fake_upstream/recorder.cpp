#include "recorder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "paddock/base/clock.h"

namespace paddock::fake {

using nlohmann::json;

Recorder::Recorder(const std::string& path, std::string name) : name_(std::move(name)) {
  if (!path.empty()) fd_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
}

void Recorder::write(const char* event, const json& fields) const {
  if (!fd_) return;
  json line = fields;
  line["t"] = steady_now().time_since_epoch().count();
  line["event"] = event;
  line["name"] = name_;
  line["pid"] = ::getpid();
  const std::string text = line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  if (::write(fd_.get(), text.data(), text.size()) < 0) std::perror("fake_upstream: record");
}

void Recorder::write(const char* event) const { write(event, json::object()); }

unsigned long long hash_more(unsigned long long seed, const char* bytes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    seed ^= static_cast<unsigned char>(bytes[i]);
    seed *= 1099511628211ULL;
  }
  return seed;
}

std::string hash_text(unsigned long long hash) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", hash);
  return text;
}

}  // namespace paddock::fake
