#include "thinker.h"

#include <utility>

namespace paddock::app {

Thinker::Thinker(boost::asio::io_context& context, Duration patience)
    : context_(context), patience_(patience), errands_(context) {}

void Thinker::Asker::tell(std::optional<std::string> answer) {
  if (told->exchange(true)) return;
  timer.cancel();
  const Answered waiting = std::move(answered);
  waiting(std::move(answer));
}

void Thinker::ask(Question question, Answered answered) {
  if (askers_.size() >= kMost) return answered(std::nullopt);
  const auto asker = std::make_shared<Asker>(context_);
  asker->answered = std::move(answered);
  asker->timer.expires_after(patience_);
  asker->timer.async_wait([asker = std::weak_ptr(asker)](const boost::system::error_code& error) {
    const auto waiting = asker.lock();
    if (!error && waiting) waiting->tell(std::nullopt);
  });
  askers_.push_back(asker);
  errands_.run([this, question = std::move(question), told = asker->told]() -> Errands::Done {
    return [this, answer = told->load() ? std::string() : question()]() mutable {
      const auto next = std::move(askers_.front());
      askers_.pop_front();
      next->tell(std::move(answer));
    };
  });
}

}  // namespace paddock::app
