#include "paddock/config/command.h"

#include <gmock/gmock.h>

namespace paddock::config {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

struct Case {
  const char* text;
  std::vector<std::string> words;
};

class SplitCommand : public testing::TestWithParam<Case> {};

TEST_P(SplitCommand, GivesTheWords) {
  const auto words = split_command(GetParam().text);
  ASSERT_TRUE(words.has_value()) << words.error().message;
  EXPECT_THAT(*words, ElementsAreArray(GetParam().words));
}

const Case kCases[] = {
    {"", {}},
    {" \t\n", {}},
    {"a", {"a"}},
    {"a b\tc\nd", {"a", "b", "c", "d"}},
    {"  a   b  ", {"a", "b"}},
    {"a\r\nb", {"a\r", "b"}},
    {"--port ${PORT}", {"--port", "${PORT}"}},
    {"'a b' c", {"a b", "c"}},
    {"'a\\b'", {"a\\b"}},
    {"'$x \"y\"'", {"$x \"y\""}},
    {"\"a b\" c", {"a b", "c"}},
    {R"("\$ \` \" \\")", {"$ ` \" \\"}},
    {R"("\n \a")", {"\\n \\a"}},
    {"\"a\\x\"", {"a\\x"}},
    {R"(a\ b)", {"a b"}},
    {R"(\n\'\")", {"n'\""}},
    {"\"a\"'b'c", {"abc"}},
    {"\"\" ''", {"", ""}},
    {"a\"\"b", {"ab"}},
    {"a\\\nb", {"a", "b"}},
    {"a \\\n  b \\\n  c", {"a", "b", "c"}},
    {"a \\  \n b", {"a", "b"}},
    {"a\n# b 'c\nd", {"a", "d"}},
    {"a\n   # b\nd", {"a", "d"}},
    {"# a", {}},
    {"a # b", {"a", "#", "b"}},
    {"a \\\n# b\nc", {"a", "c"}},
    {"\"a\n b\"", {"a\n b"}},
    {"é 'ü'", {"é", "ü"}},
    {"a | b > $c *", {"a", "|", "b", ">", "$c", "*"}},
    {"a b\\", {"a", "b"}},
};

INSTANTIATE_TEST_SUITE_P(Table, SplitCommand, testing::ValuesIn(kCases));

void expect_error_at(std::string_view text, std::size_t offset) {
  const auto words = split_command(text);
  ASSERT_TRUE(words.has_error()) << text;
  EXPECT_EQ(words.error().offset, offset) << text;
  EXPECT_THAT(words.error().message, testing::HasSubstr("never closed"));
}

TEST(SplitCommandError, PointsAtTheQuoteThatIsNotClosed) {
  expect_error_at("a 'b", 2);
  expect_error_at("a \"b", 2);
  expect_error_at("'a' b\"", 5);
  expect_error_at("\"a\\\"", 0);
  expect_error_at("\"a\\", 0);
}

TEST(SplitCommandError, CountsThroughCommentsAndContinuedLines) {
  expect_error_at("a \\\n  'b", 6);
  expect_error_at("# c\na 'b", 6);
  expect_error_at("# c\n  a \\\n 'b", 11);
}

}  // namespace
}  // namespace paddock::config
