#include "measure.h"

#include <cmath>

#include "text.h"

namespace paddock::commands {

namespace {

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

std::optional<double> positive(std::optional<double> number) {
  return number && *number > 0 && std::isfinite(*number) ? number : std::nullopt;
}

std::optional<double> either(std::optional<double> first, std::optional<double> second) {
  return first ? first : second;
}

std::optional<double> ratio(std::optional<double> tokens, double time) {
  return tokens && time > 0 ? positive(*tokens / time) : std::nullopt;
}

std::string rounded(double number) {
  return number < 1e15 ? std::to_string(std::llround(number)) : std::string("?");
}

}  // namespace

std::string chat_request(const std::string& model, const std::string& prompt, int max_tokens) {
  Json body = {{"model", model}, {"stream", true}, {"stream_options", {{"include_usage", true}}}};
  body["messages"] = Json::array({{{"role", "user"}, {"content", prompt}}});
  if (max_tokens > 0) body["max_tokens"] = max_tokens;
  return dumped(body);
}

ChatPiece chat_piece(const std::string& data) {
  ChatPiece piece;
  piece.last = data == "[DONE]";
  piece.facts = parsed(data);
  const Json& error = at(piece.facts, "error");
  if (!error.is_null()) {
    piece.error =
        shown(text_at(error, "message").value_or(error.is_string() ? error.get<std::string>() : ""));
    if (piece.error->empty()) piece.error = "its server reports an error without words";
  }
  const Json& choices = at(piece.facts, "choices");
  if (!choices.is_array() || choices.empty()) return piece;
  const Json& delta = at(choices[0], "delta");
  piece.text = text_at(delta, "content").value_or("");
  const auto reasoning = text_at(delta, "reasoning_content");
  piece.reasoning = reasoning ? *reasoning : text_at(delta, "reasoning").value_or("");
  return piece;
}

void Measure::add(const ChatPiece& piece, TimePoint now) {
  if (at(piece.facts, "usage").is_object()) usage_ = at(piece.facts, "usage");
  if (at(piece.facts, "timings").is_object()) timings_ = at(piece.facts, "timings");
  if (piece.text.empty() && piece.reasoning.empty()) return;
  if (!first_) first_ = now;
  last_ = now;
  ++pieces_;
}

Figures Measure::figures() const {
  Figures all;
  if (first_) all.ttft = seconds(*first_ - asked_);
  all.prompt_tokens = positive(either(number_at(usage_, "prompt_tokens"), number_at(timings_, "prompt_n")));
  all.tokens = either(positive(number_at(usage_, "completion_tokens")),
                      either(positive(number_at(timings_, "predicted_n")), positive(pieces_)));
  all.prompt_speed = either(positive(number_at(timings_, "prompt_per_second")),
                            ratio(all.prompt_tokens, all.ttft.value_or(0)));
  // The first came at the beginning of the time.
  const auto others = all.tokens ? positive(*all.tokens - 1) : std::nullopt;
  const double time = first_ ? seconds(last_ - *first_) : 0;
  all.speed = either(positive(number_at(timings_, "predicted_per_second")), ratio(others, time));
  return all;
}

std::string figures_line(const Figures& figures) {
  if (!figures.tokens) return "no tokens";
  std::string line = rounded(*figures.tokens) + (*figures.tokens == 1 ? " token" : " tokens");
  if (figures.ttft) line += ", first after " + span(*figures.ttft);
  if (figures.speed) line += ", " + speed(figures.speed) + " tokens/s";
  return line;
}

}  // namespace paddock::commands
