#include "paddock/http/captures.h"

#include <algorithm>

#include "paddock/base/text.h"

namespace paddock::http {

namespace {

// What one costs beside its texts.
constexpr std::size_t kOverhead = 256;

std::size_t bytes_of(const Headers& headers) {
  std::size_t sum = 0;
  for (const auto& [name, value] : headers) sum += name.size() + value.size() + kOverhead / 8;
  return sum;
}

std::size_t bytes_of(const std::optional<std::string>& body) { return body ? body->size() : 0; }

struct Kept {
  std::string_view path;
  CaptureParts parts;
};

constexpr Kept kNotWhole[] = {
    {"/v1/audio/speech", {true, false}},         {"/v1/audio/voices", {false, true}},
    {"/v1/audio/transcriptions", {false, true}}, {"/v1/audio/translations", {false, true}},
    {"/v1/images/generations", {true, false}},   {"/v1/images/edits", {false, false}},
    {"/v1/images/variations", {false, false}},   {"/sdapi/v1/txt2img", {true, false}},
    {"/sdapi/v1/img2img", {false, false}},       {"/audioapi/v1/tasks/run", {false, false}},
};

constexpr std::string_view kSecretHeaders[] = {"authorization", "proxy-authorization", "cookie",
                                               "set-cookie",    "x-api-key",           "api-key"};

}  // namespace

std::size_t Capture::bytes() const {
  return kOverhead + model.size() + path.size() + bytes_of(request_headers) + bytes_of(answer_headers) +
         bytes_of(request_body) + bytes_of(answer_body);
}

CaptureParts capture_parts(std::string_view path) {
  for (const Kept& one : kNotWhole) {
    const bool below = path.starts_with("/upstream/") && path.ends_with(one.path);
    if (path == one.path || below) return one.parts;
  }
  return {};
}

std::string_view capture_value(std::string_view name, std::string_view value) {
  const auto is_it = [name](std::string_view secret) { return iequals(name, secret); };
  const bool secret = std::any_of(std::begin(kSecretHeaders), std::end(kSecretHeaders), is_it);
  return secret ? "[REDACTED]" : value;
}

void Captures::set_limit(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  limit_.store(bytes, std::memory_order_relaxed);
  trim();
}

void Captures::add(Capture capture) {
  auto one = std::make_shared<const Capture>(std::move(capture));
  const std::size_t size = one->bytes();
  const std::lock_guard lock(mutex_);
  if (size > limit()) return;
  kept_.push_back(std::move(one));
  bytes_ += size;
  trim();
}

void Captures::trim() {
  while (bytes_ > limit()) {
    bytes_ -= kept_.front()->bytes();
    kept_.pop_front();
  }
}

std::shared_ptr<const Capture> Captures::find(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(kept_.rbegin(), kept_.rend(), [id](const auto& one) { return one->id == id; });
  return found == kept_.rend() ? nullptr : *found;
}

std::vector<std::shared_ptr<const Capture>> Captures::list() const {
  const std::lock_guard lock(mutex_);
  return {kept_.rbegin(), kept_.rend()};
}

}  // namespace paddock::http
