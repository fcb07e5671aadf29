// SseReader: cuts an event stream into the data of its events, however its bytes arrive.
//
// Follows the WHATWG's rules for event streams as far as servers of models need them: lines end in LF, CRLF
// or CR, `data` lines of one event are joined by LF, comments and other fields are skipped. The blank after
// the colon stays: data is JSON. llama.cpp's older servers wrote errors in a field `error`, which counts as
// data. An event that the end of the stream cuts off is handed out as well, because some servers leave out
// the last empty line.
//
// Keeps one event of at most `most_bytes`. One stream, one thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace paddock::ollama {

class SseReader {
 public:
  explicit SseReader(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  // Calls `on_event(std::string_view data)` for each event that these bytes complete. False if an event is
  // too large; nothing more is read then.
  template <class OnEvent>
  bool feed(std::string_view bytes, OnEvent&& on_event);

  template <class OnEvent>
  void end(OnEvent&& on_event);

 private:
  // Takes a line, or what is there of it, off `bytes`; true when the line is complete.
  bool take_line(std::string_view& bytes);
  void keep_data(std::string_view line);
  template <class OnEvent>
  void hand_out(OnEvent&& on_event);

  std::size_t most_bytes_;
  std::string line_;
  std::string data_;
  bool has_data_ = false;
  bool after_cr_ = false;  // the LF of a CRLF may still come
};

template <class OnEvent>
bool SseReader::feed(std::string_view bytes, OnEvent&& on_event) {
  while (!bytes.empty()) {
    const bool whole = take_line(bytes);
    if (line_.size() + data_.size() > most_bytes_) return false;
    if (!whole) continue;
    if (line_.empty()) hand_out(on_event);
    keep_data(line_);
    line_.clear();
  }
  return true;
}

template <class OnEvent>
void SseReader::end(OnEvent&& on_event) {
  keep_data(line_);
  line_.clear();
  hand_out(on_event);
}

template <class OnEvent>
void SseReader::hand_out(OnEvent&& on_event) {
  if (!std::exchange(has_data_, false)) return;
  on_event(std::string_view(data_));
  data_.clear();
}

}  // namespace paddock::ollama
