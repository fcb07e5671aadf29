// Thinker: answers questions that may take long, or for ever, one after the other on a thread of its own.
//
// Who asks gets an answer, or nothing when too many wait already or his patience is over; a question whose
// asker was told so is passed over when its turn comes. One that hangs keeps the thread, and all who come
// after it get nothing until it ends: askers of different kinds have a Thinker each.
// For the io_context's thread, where answers are given, too. Destroying it tells nobody anything and waits
// for nothing: a question must hold all that it uses.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "paddock/base/clock.h"
#include "paddock/base/errands.h"

namespace paddock::app {

class Thinker {
 public:
  using Question = std::function<std::string()>;
  using Answered = std::function<void(std::optional<std::string>)>;

  static constexpr std::size_t kMost = 8;  // questions that wait, with the one that is thought about

  Thinker(boost::asio::io_context& context, Duration patience);

  // `answered` is called once, perhaps before this returns.
  void ask(Question question, Answered answered);

 private:
  struct Asker {
    explicit Asker(boost::asio::io_context& context) : timer(context) {}
    void tell(std::optional<std::string> answer);

    Answered answered;
    boost::asio::steady_timer timer;
    std::shared_ptr<std::atomic<bool>> told = std::make_shared<std::atomic<bool>>(false);
  };

  boost::asio::io_context& context_;
  const Duration patience_;
  Errands errands_;
  // Kept here and not by the errand, whose thread may outlive all that an answer needs.
  std::deque<std::shared_ptr<Asker>> askers_;
};

}  // namespace paddock::app
