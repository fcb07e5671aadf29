#include "paddock/page/page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace paddock::page {
namespace {

const File kBoth{"a.js", "text/javascript", "1", true, "plain plain", "gzip gz", "brotl"};
const File kGzipOnly{"a.js", "text/javascript", "1", true, "plain plain", "gzip gz"};
const File kNone{"a.js", "text/javascript", "1", true, "plain plain"};

std::string chosen(const File& file, std::string_view accept) {
  return std::string(name_of(choose(file, accept)));
}

TEST(Page, IsSentInTheSmallestFormThatIsTaken) {
  EXPECT_EQ(chosen(kBoth, "gzip, deflate, br, zstd"), "br");
  EXPECT_EQ(chosen(kBoth, "br;q=0.1, gzip;q=1.0"), "br");
  EXPECT_EQ(chosen(kBoth, "gzip"), "gzip");
  EXPECT_EQ(chosen(kBoth, "GZIP ; Q=0.5"), "gzip");
  EXPECT_EQ(chosen(kBoth, "*"), "br");
  EXPECT_EQ(chosen(kBoth, "identity"), "");
  EXPECT_EQ(chosen(kBoth, ""), "");
  EXPECT_EQ(chosen(kGzipOnly, "br, gzip"), "gzip");
  EXPECT_EQ(chosen(kNone, "br, gzip"), "");
}

TEST(Page, IsNotSentInAFormThatIsForbidden) {
  EXPECT_EQ(chosen(kBoth, "br;q=0, gzip"), "gzip");
  EXPECT_EQ(chosen(kBoth, "br; q=0.000, *"), "gzip");
  EXPECT_EQ(chosen(kBoth, "*;q=0"), "");
  EXPECT_EQ(chosen(kBoth, "*;q=0, br"), "br");
  EXPECT_EQ(chosen(kBoth, "brx, xgzip"), "");
  EXPECT_EQ(chosen(kBoth, ",;,=;q,br;;q="), "br");
}

TEST(Page, ALargerFormIsNoGain) {
  const File grown{"a.js", "text/javascript", "1", true, "p", "gzip gz", "brotl"};
  EXPECT_EQ(chosen(grown, "br, gzip"), "");
}

TEST(Page, ThatIsBuiltInIsWhole) {
  const auto files = built_in();
  if (files.empty()) GTEST_SKIP() << "built without the page";
  EXPECT_TRUE(std::is_sorted(files.begin(), files.end(), [](auto& a, auto& b) { return a.path < b.path; }));
  const File* index = find(files, "");
  ASSERT_NE(index, nullptr);
  EXPECT_EQ(index, find(files, "index.html"));
  EXPECT_TRUE(index->type.starts_with("text/html"));
  EXPECT_FALSE(index->lasts);
  EXPECT_NE(index->plain.find("<script type=\"module\""), std::string_view::npos);
  EXPECT_EQ(find(files, "nothing"), nullptr);
  EXPECT_EQ(find(files, "assets"), nullptr);
  for (const File& file : files) {
    EXPECT_FALSE(file.plain.empty()) << file.path;
    EXPECT_EQ(file.etag.size(), 16u) << file.path;
    EXPECT_EQ(file.lasts, file.path.starts_with("assets/")) << file.path;
    EXPECT_TRUE(file.gzip.empty() || file.gzip.starts_with("\x1f\x8b")) << file.path;
  }
}

}  // namespace
}  // namespace paddock::page
