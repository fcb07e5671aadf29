#include "event_source.h"

#include "event_text.h"

namespace paddock::api {

namespace {

constexpr Duration kSilence = std::chrono::seconds(15);

}  // namespace

bool SignOfLife::add_to(std::string& out) {
  const TimePoint now = now_();
  if (last_ != TimePoint{} && now < last_ + kSilence) return false;
  last_ = now;
  out += ": here\n\n";
  return true;
}

http::ByteSource::Pull EventSource::pull(std::string& out) {
  const feed::News news = watcher_.read();
  if (news.empty()) return life_.add_to(out) ? Pull::kData : Pull::kWait;
  out += event_frame(news);
  life_.said();
  return Pull::kData;
}

}  // namespace paddock::api
