#include "ollama_filter.h"

#include <utility>

#include "paddock/ollama/views.h"

namespace paddock::http {

AnswerStart OllamaFilter::begin(int status, std::string_view content_type) {
  ollama::Head head = answer_.begin(status, content_type);
  return {head.status, std::move(head.content_type), whole_};
}

Reply OllamaFilter::refused(const ApiError& error) { return ollama_reply(error); }

Reply ollama_reply(const ApiError& error) {
  Reply reply = to_reply(error);
  reply.body = ollama::error(error.message);
  return reply;
}

}  // namespace paddock::http
