// EventReader: an event stream (text/event-stream) in pieces as they come, taken apart. Only what our streams
// and those of engines use: `event` and `data`; ids, times and comments are passed over. An event of more
// than 16 MiB is passed over, too. A value; no thread of its own.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace paddock::commands {

struct Event {
  std::string name;  // empty where none is given
  std::string data;  // lines with line feeds between
};

class EventReader {
 public:
  // Hands on each event that is whole by now; false: it has had enough, and nothing more comes.
  using Take = std::function<bool(const Event& event)>;

  // False: `take` had enough.
  bool feed(std::string_view piece, const Take& take);

 private:
  bool line(std::string_view text, const Take& take);
  bool end_event(const Take& take);
  void keep(std::string& where, std::string_view text);

  std::string rest_;  // a line that has not ended
  Event event_;
  bool has_data_ = false;
  bool too_large_ = false;  // the event, or a line of it
};

}  // namespace paddock::commands
