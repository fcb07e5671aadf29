// LogSource: a log channel as the body of an answer, what is there first (unless told not to) and then what
// comes. A client that reads slower than the log grows loses the oldest bytes and is told so in a line.
// One owner; wakes come from the writing thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "paddock/http/handler.h"
#include "paddock/logs/channel.h"

namespace paddock::api {

enum class History { kFirst, kSkip };

class LogSource final : public http::ByteSource {
 public:
  LogSource(std::shared_ptr<const logs::Channel> channel, History history);

  void start(std::function<void()> wake) override;
  Pull pull(std::string& out) override;

 private:
  std::shared_ptr<const logs::Channel> channel_;
  History history_;
  std::optional<logs::Reader> reader_;
};

}  // namespace paddock::api
