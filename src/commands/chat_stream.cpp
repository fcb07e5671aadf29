#include "chat_stream.h"

#include "events.h"

namespace paddock::commands {

Result<Figures, client::Failure> stream_chat(const client::Client& daemon, const std::string& body,
                                             const TakePiece& take) {
  Measure measure(steady_now());
  EventReader reader;
  std::optional<client::Failure> failure;
  bool ended = false;  // as it should, or because it is enough
  const auto on_event = [&](const Event& event) {
    const ChatPiece piece = chat_piece(event.data);
    measure.add(piece, steady_now());
    if (piece.error) failure = client::Failure{*piece.error};
    ended = piece.last || (!piece.error && !take(piece));
    return !ended && !failure;
  };
  const auto done = daemon.stream({"/v1/chat/completions", {}, body},
                                  [&](std::string_view piece) { return reader.feed(piece, on_event); });
  if (failure) return *failure;
  if (!done) return done.error();
  if (!ended) return client::Failure{"its answer ended before it was complete"};
  return measure.figures();
}

}  // namespace paddock::commands
