// A chat, asked of a daemon and handed on as it comes. Blocks until it has ended.
#pragma once

#include <functional>
#include <string>

#include "measure.h"
#include "paddock/client/client.h"

namespace paddock::commands {

// Takes each piece; false: enough.
using TakePiece = std::function<bool(const ChatPiece& piece)>;

// `body` as chat_request() makes it. The figures of an answer that came whole, or that was enough. An answer
// that breaks off or fails in the middle is a failure.
Result<Figures, client::Failure> stream_chat(const client::Client& daemon, const std::string& body,
                                             const TakePiece& take);

}  // namespace paddock::commands
