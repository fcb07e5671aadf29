#include "chat_stream.h"
#include "output.h"
#include "paddock/commands/commands.h"
#include "text.h"

namespace paddock::commands {

namespace {

constexpr const char* kPrompt = "Say hello in one short sentence.";

Json number(std::optional<double> value) { return value ? Json(*value) : Json(); }

// What is thought goes to standard error, so that standard output is the answer.
class Talk {
 public:
  explicit Talk(bool quiet) : quiet_(quiet) {}

  bool take(const ChatPiece& piece) {
    text_ += piece.text;
    reasoning_ += piece.reasoning;
    if (quiet_) return true;
    remark(shown_lines(piece.reasoning));
    if (!piece.text.empty() && !reasoning_.empty() && text_.size() == piece.text.size()) remark("\n\n");
    written_ = write_out(shown_lines(piece.text));
    return written_ == Written::kYes;
  }
  Written written() const { return written_; }
  const std::string& text() const { return text_; }
  const std::string& reasoning() const { return reasoning_; }

 private:
  const bool quiet_;
  std::string text_, reasoning_;
  Written written_ = Written::kYes;
};

}  // namespace

int run(const ChatCommand& command) {
  client::Options patient;
  patient.read_timeout = client::kForever;  // it may have to be loaded
  const client::Client daemon = daemon_at(command.address, patient);
  end_with_the_reader();
  Talk talk(command.json);
  const std::string prompt = command.prompt.empty() ? kPrompt : command.prompt;
  const auto figures = stream_chat(daemon, chat_request(command.model, prompt, 0),
                                   [&](const ChatPiece& piece) { return talk.take(piece); });
  if (talk.written() != Written::kYes) return exit_code(talk.written());
  if (!command.json && !talk.text().empty() && !talk.text().ends_with('\n')) write_out("\n");
  if (!figures) return fail(command.model, figures.error());
  if (!command.json) return remark(shown(command.model) + ": " + figures_line(*figures) + "\n"), 0;
  return say(dumped({{"model", command.model},
                     {"text", talk.text()},
                     {"reasoning", talk.reasoning()},
                     {"ttft_s", number(figures->ttft)},
                     {"tokens", number(figures->tokens)},
                     {"tokens_per_second", number(figures->speed)}}));
}

}  // namespace paddock::commands
