// Any bytes as an event stream in pieces, and as any answer of a daemon: text without a control character but
// line feeds (and the tabs of an answer that is shown as it comes).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "bench_text.h"
#include "events.h"
#include "log_text.h"
#include "measure.h"
#include "queue_text.h"
#include "status_text.h"
#include "steer_text.h"
#include "text.h"
#include "top_text.h"

namespace {

using namespace paddock::commands;

void check(const std::string& text) {
  const auto steers = [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t') || c == '\x7f';
  };
  if (std::any_of(text.begin(), text.end(), steers)) std::abort();
}

void check_answer(const std::string& text) {
  const Json json = parsed(text);
  check(status_text(json, json, {true, 40, {}}).value_or(""));
  check(queue_text(json, 40).value_or(""));
  if (const auto result = loaded(json)) check(result->text);
  check(unloaded_text(json).value_or(""));
  check(reloaded_text(json).value_or(""));
  check(findings_text(json));
  check(log_line(json, Whose::kShown));
  if (const auto page = log_page(json)) check(dumped(page->lines));
}

void check_stream(const std::string& text, std::size_t cut) {
  EventReader reader;
  Measure measure{{}};
  Json state;
  const auto take = [&](const Event& event) {
    const ChatPiece piece = chat_piece(event.data);
    measure.add(piece, {});
    check(shown_lines(piece.text + piece.reasoning) + piece.error.value_or(""));
    apply(state, event);
    return true;
  };
  for (std::size_t at = 0; at < text.size(); at += cut)
    reader.feed(std::string_view(text).substr(at, cut), take);
  check(figures_line(measure.figures()));
  check(top_text(state, {"", "", {}, 60, 20}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check(shown(text));
  check(cut(shown(text), 10));
  if (columns(cut(text, 10)) > 10) std::abort();
  time_in(text);
  check_answer(text);
  check_stream(text, 1 + size % 7);
  check_stream("event: state\ndata: " + text + "\n\n", size + 1);
  return 0;
}
