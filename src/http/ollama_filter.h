// OllamaFilter: the answer of a model's server as Ollama's API has it. See paddock/ollama/answer.h.
#pragma once

#include "answer_filter.h"
#include "paddock/ollama/answer.h"

namespace paddock::http {

class OllamaFilter final : public AnswerFilter {
 public:
  explicit OllamaFilter(ollama::AnswerOptions options)
      : whole_(!options.stream), answer_(std::move(options)) {}

  AnswerStart begin(int status, std::string_view content_type) override;
  void feed(std::string_view bytes, std::string& out) override { answer_.feed(bytes, out); }
  void end(std::string& out) override { answer_.end(out); }
  void broke(const ApiError& error, std::string& out) override { answer_.broke(error.message, out); }
  bool failed() const override { return answer_.failed(); }
  Reply refused(const ApiError& error) override;

 private:
  const bool whole_;
  ollama::Answer answer_;
};

// An error in Ollama's form.
Reply ollama_reply(const ApiError& error);

}  // namespace paddock::http
