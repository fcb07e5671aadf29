#include "lexer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "paddock/matrix/expression.h"

namespace paddock::matrix {
namespace {

// Kinds and names of all tokens, or the error with its offset.
std::string words(std::string_view text) {
  std::string out;
  for (std::size_t at = 0;;) {
    const auto token = next_token(text, at);
    if (token.has_error()) return out + std::to_string(token.error().offset) + ": " + token.error().message;
    if (token->kind == Token::Kind::kEnd) return out;
    const char* const kShown[] = {"", "+", "&", "|", "(", ")"};
    out += kShown[static_cast<int>(token->kind)] + std::string(token->name) + " ";
    at = token->end;
  }
}

TEST(Lexer, KnowsNamesReferencesAndSigns) {
  EXPECT_EQ(words("a&b|(+c)"), "a & b | ( +c ) ");
  EXPECT_EQ(words("Qwen3.6-35B_q8 & -._"), "Qwen3.6-35B_q8 & -._ ");
  EXPECT_EQ(words(""), "");
}

TEST(Lexer, WhiteSpaceOfAllKindsSeparates) {
  EXPECT_EQ(words(" a\tb\r\nc\v\fd "), "a b c d ");
  EXPECT_EQ(words("a\u00A0b\u3000c\u2003d\u0085e\u2028f"), "a b c d e f ");
}

TEST(Lexer, LettersAboveAsciiBelongToNames) {
  for (const char* name : {"été", "größe", "модель", "模型", "モデル", "नमूना", "ª", "µ", "º", "٣", "𝔸1"}) {
    EXPECT_TRUE(is_name(name)) << name;
    EXPECT_EQ(words(name), name + std::string(" "));
  }
}

TEST(Lexer, SignsAboveAsciiDoNot) {
  for (const char* sign :
       {"–", "’", "“", "×", "÷", "→", "＆", "｜", "（", "€", "😀", "«", "\uFEFF", "\u200B"}) {
    EXPECT_FALSE(is_name(sign)) << sign;
    EXPECT_EQ(words(std::string("a") + sign), "a 1: unexpected character '" + std::string(sign) + "'");
  }
}

TEST(Lexer, SaysWhereACharacterIsUnexpected) {
  EXPECT_EQ(words("a, b"), "a 1: unexpected character ','");
  EXPECT_EQ(words("org/model"), "org 3: unexpected character '/'");
  EXPECT_EQ(next_token("/", 0).error().hint, "give a model with such an id a name under vars");
  EXPECT_EQ(words("a\x01"), "a 1: unexpected character '\\x01'");
}

TEST(Lexer, APlusNeedsANameAtOnce) {
  for (const char* text : {"+", "+ a", "+(a)", "++a"})
    EXPECT_EQ(words(text), "0: '+' without a name") << text;
}

TEST(Lexer, BytesThatAreNoUtf8AreErrors) {
  for (const char* bad :
       {"\xFF", "\x80", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82"}) {
    EXPECT_NE(words(std::string("a") + bad).find("a 1: byte 0x"), std::string::npos)
        << words(std::string("a") + bad);
    EXPECT_FALSE(is_name(bad));
  }
}

TEST(Lexer, NothingIsNoName) { EXPECT_FALSE(is_name("")); }

}  // namespace
}  // namespace paddock::matrix
