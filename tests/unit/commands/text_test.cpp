#include "text.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

namespace paddock::commands {
namespace {

TEST(Shown, NothingSteersATerminal) {
  EXPECT_EQ(shown("plain \xc3\xbc \xe6\xbc\xa2 \xf0\x9f\x98\x80"),
            "plain \xc3\xbc \xe6\xbc\xa2 \xf0\x9f\x98\x80");
  EXPECT_EQ(shown("a\x1b[2J\r\n\t\x07\x7f"), "a\\x1b[2J\\x0d\\x0a\\x09\\x07\\x7f");
  EXPECT_EQ(shown("\xc2\x9b"
                  "2J"),
            "\\x9b2J")
      << "C1's CSI";
  EXPECT_EQ(shown(std::string(1, '\0')), "\\x00");
}

TEST(Shown, WhatIsNoTextOrTurnsItIsReplaced) {
  const std::string gone = "\xef\xbf\xbd";
  EXPECT_EQ(shown("a\x9b"
                  "b"),
            "a" + gone + "b");
  EXPECT_EQ(shown("\xe2\x80"), gone + gone) << "cut off";
  EXPECT_EQ(shown("\xc0\xaf"), gone + gone) << "too long a form";
  EXPECT_EQ(shown("\xed\xa0\x80"), gone + gone + gone) << "half a pair";
  EXPECT_EQ(shown("a\xe2\x80\xae"
                  "b\xe2\x80\xa8"),
            "a" + gone + "b" + gone);
}

TEST(Shown, LinesStayLines) { EXPECT_EQ(shown_lines("a\n\tb\r\x1b"), "a\n\tb\\x0d\\x1b"); }

TEST(Sizes, AreGibWithOneDecimal) {
  EXPECT_EQ(gib(0), "0.0 GiB");
  EXPECT_EQ(gib(6199275684), "5.8 GiB");
  EXPECT_EQ(gib(25295847424), "23.6 GiB");
  EXPECT_EQ(gib(1e300).substr(0, 5), "10000") << "no end of digits";
}

TEST(Spans, HaveTwoUnits) {
  EXPECT_EQ(span(-3), "0 s");
  EXPECT_EQ(span(0.414), "0.41 s");
  EXPECT_EQ(span(9.999), "9 s");
  EXPECT_EQ(span(59.9), "59 s");
  EXPECT_EQ(span(60), "1 min");
  EXPECT_EQ(span(270), "4 min 30 s");
  EXPECT_EQ(span(7500), "2 h 5 min");
  EXPECT_EQ(span(86400 * 3 + 3600 * 4), "3 d 4 h");
  EXPECT_EQ(span(1e300), span(1e12));
}

TEST(Times, AsTheApiWritesThem) {
  const auto time = time_in("2026-01-31T12:00:00.250Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(rfc3339(*time), "2026-01-31T12:00:00.250Z");
  for (const char* text : {"", "2026-01-31T12:00:00Z", "2026-01-31 12:00:00.250Z", "2026-02-31T12:00:00.250Z",
                           "2026-01-31T12:00:00.25xZ", "-026-01-31T12:00:00.250Z", "0026-01-31T12:00:00.250Z",
                           "9999-01-31T12:00:00.250Z"}) {
    EXPECT_FALSE(time_in(text)) << text;
  }
}

TEST(Times, AreLocalForPeople) {
  ::setenv("TZ", "UTC-2", 1);
  ::tzset();
  EXPECT_EQ(local_time(*time_in("2026-01-31T23:00:00.007Z")), "2026-02-01 01:00:00.007");
  ::unsetenv("TZ");
  ::tzset();
}

TEST(Columns, AreThoseOfATerminal) {
  EXPECT_EQ(columns("abc"), 3U);
  EXPECT_EQ(columns("\xc3\xbc"), 1U);
  EXPECT_EQ(columns("\xe6\xbc\xa2"), 2U);
  EXPECT_EQ(columns("e\xcc\x81"), 1U) << "an accent of its own";
}

TEST(Columns, AreCutWithAMark) {
  EXPECT_EQ(cut("abcdef", 6), "abcdef");
  EXPECT_EQ(cut("abcdef", 4), "abc\xe2\x80\xa6");
  EXPECT_EQ(cut("\xe6\xbc\xa2\xe6\xbc\xa2", 3), "\xe6\xbc\xa2\xe2\x80\xa6");
  EXPECT_EQ(cut("ab", 1), "\xe2\x80\xa6");
  EXPECT_EQ(cut("ab", 0), "");
}

TEST(Table, AlignsWithoutBlanksAtTheEnd) {
  EXPECT_EQ(table({{"NAME"}, {"N", true}, {"LAST"}}, {{"a", "1", ""}, {"longer", "12", "x"}}, std::nullopt),
            "NAME     N  LAST\n"
            "a        1\n"
            "longer  12  x\n");
}

TEST(Table, FitsTheTerminal) {
  const std::string text = table({{"NAME"}, {"WHY"}}, {{"model", std::string(100, 'x')}}, 20);
  EXPECT_EQ(text, "NAME   WHY\nmodel  " + std::string(12, 'x') + "\xe2\x80\xa6\n");
  for (const std::size_t width : {0, 1, 3, 7}) {
    EXPECT_FALSE(table({{"NAME"}, {"WHY"}}, {{"model", "because"}}, width).empty());
  }
}

}  // namespace
}  // namespace paddock::commands
