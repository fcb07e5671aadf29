// Who asks something that takes long is answered in his turn, or told that he is not.
#include "thinker.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <future>
#include <vector>

namespace paddock::app {
namespace {

using namespace std::chrono_literals;
using Answers = std::vector<std::optional<std::string>>;

class ThinkerTest : public testing::Test {
 protected:
  Thinker::Answered note() {
    return [this](std::optional<std::string> answer) { answers.push_back(std::move(answer)); };
  }
  // Runs until there are so many answers.
  void wait(std::size_t count) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (answers.size() < count && std::chrono::steady_clock::now() < end) {
      context.restart();
      context.run_for(20ms);
    }
    ASSERT_EQ(answers.size(), count);
  }

  boost::asio::io_context context;
  Answers answers;
};

TEST_F(ThinkerTest, AnswersInTheOrderOfTheQuestions) {
  Thinker thinker(context, 10s);
  for (const char* word : {"a", "b", "c"}) thinker.ask([word] { return std::string(word); }, note());
  wait(3);
  EXPECT_EQ(answers, Answers({"a", "b", "c"}));
}

TEST_F(ThinkerTest, NobodyWaitsLongerThanHisPatienceForOneThatHangs) {
  std::promise<void> end;
  {
    Thinker thinker(context, 50ms);
    thinker.ask([over = end.get_future().share()] { return over.wait(), std::string("late"); }, note());
    for (std::size_t i = 1; i < Thinker::kMost; ++i) thinker.ask([] { return std::string("next"); }, note());
    thinker.ask([] { return std::string("one too many"); }, note());
    EXPECT_EQ(answers, Answers({std::nullopt})) << "at once";
    wait(Thinker::kMost + 1);
    EXPECT_EQ(answers, Answers(Thinker::kMost + 1, std::nullopt));
    end.set_value();
  }
}

TEST_F(ThinkerTest, ThinksNotAboutWhatNobodyWaitsFor) {
  std::promise<void> end;
  bool asked = false;
  Thinker thinker(context, 50ms);
  thinker.ask([over = end.get_future().share()] { return over.wait(), std::string("late"); }, note());
  thinker.ask([&asked] { return asked = true, std::string("nobody waits"); }, note());
  wait(2);
  end.set_value();
  // Seven places are free when the two are over; the answer comes behind both.
  while (answers.size() < 3 || !answers.back()) {
    ASSERT_LT(answers.size(), 1000U);
    thinker.ask([] { return std::string("here"); }, note());
    wait(answers.size() + 1);
  }
  EXPECT_EQ(answers.back(), "here");
  EXPECT_FALSE(asked);
}

}  // namespace
}  // namespace paddock::app
