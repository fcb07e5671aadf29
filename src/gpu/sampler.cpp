#include "paddock/gpu/sampler.h"

#include <utility>

namespace paddock::gpu {

namespace {

Reading read_now(Source& source) {
  Reading reading;
  reading.begun = steady_now();
  auto devices = source.read();
  reading.done = steady_now();
  if (devices) {
    reading.devices = std::move(*devices);
  } else {
    reading.problem = devices.error();
  }
  return reading;
}

}  // namespace

Sampler::Sampler(boost::asio::io_context& context, std::shared_ptr<Source> source)
    : source_(std::move(source)), errands_(context) {}

Sampler::~Sampler() = default;

void Sampler::read(Handler handler) {
  if (!source_) return;
  next_.push_back(std::move(handler));
  if (!reading_) begin();
}

void Sampler::begin() {
  reading_ = true;
  asked_ = std::exchange(next_, {});
  errands_.run([this, source = source_]() -> Errands::Done {
    return [this, reading = read_now(*source)] { finished(reading); };
  });
}

void Sampler::finished(const Reading& reading) {
  reading_ = false;
  const std::vector<Handler> handlers = std::exchange(asked_, {});
  if (!next_.empty()) begin();
  for (const Handler& handler : handlers) handler(reading);
}

}  // namespace paddock::gpu
