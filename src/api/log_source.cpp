#include "log_source.h"

#include <utility>

namespace paddock::api {

namespace {

// One piece at a time, so that a full ring does not sit in memory once per client.
constexpr std::size_t kPiece = 32 << 10;

}  // namespace

LogSource::LogSource(std::shared_ptr<const logs::Channel> channel, History history)
    : channel_(std::move(channel)), history_(history) {}

void LogSource::start(std::function<void()> wake) {
  const auto from = history_ == History::kFirst ? channel_->begin_offset() : channel_->end_offset();
  reader_.emplace(*channel_, from, std::move(wake));
}

http::ByteSource::Pull LogSource::pull(std::string& out) {
  const logs::Chunk chunk = reader_->read(kPiece);
  if (chunk.bytes.empty()) return Pull::kWait;
  if (chunk.lost > 0) out += "\n--- " + std::to_string(chunk.lost) + " bytes lost ---\n";
  out += chunk.bytes;
  return Pull::kData;
}

}  // namespace paddock::api
