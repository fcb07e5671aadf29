#include "multipart.h"

#include <gtest/gtest.h>

namespace paddock::http {
namespace {

struct Found {
  std::string problem;
  std::string model;
  std::string at;  // what stands at the model's place
  bool stream = false;

  friend bool operator==(const Found&, const Found&) = default;
};
std::ostream& operator<<(std::ostream& out, const Found& found) {
  return out << "{" << found.problem << "|" << found.model << "|" << found.at << "|" << found.stream << "}";
}

Found look(const std::string& body, const std::vector<std::size_t>& cuts = {},
           const std::string& boundary = "B") {
  MultipartScanner scanner(boundary);
  std::size_t from = 0;
  bool fine = true;
  for (const std::size_t cut : cuts) {
    fine = fine && scanner.feed(std::string_view(body).substr(from, cut - from));
    from = cut;
  }
  fine = fine && scanner.feed(std::string_view(body).substr(from)) && scanner.finish();
  EXPECT_EQ(fine, scanner.problem().empty());
  Found found{scanner.problem(), {}, {}, false};
  if (!fine) return found;
  found.model = scanner.model();
  found.at = body.substr(static_cast<std::size_t>(scanner.model_at()),
                         static_cast<std::size_t>(scanner.model_size()));
  found.stream = scanner.stream();
  return found;
}

std::string part(const std::string& disposition, const std::string& value) {
  return "--B\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + value + "\r\n";
}

const std::string kFile =
    part("name=\"file\"; filename=\"a.wav\"", std::string("RIFF\0\r\n--A\r\r\n-\r\n--\r\n", 20));
const std::string kModel = part("name=\"model\"", "whisper-1");
const std::string kEnd = "--B--\r\n";

TEST(Multipart, FindsTheModelBeforeAndBehindTheFile) {
  const Found found{"", "whisper-1", "whisper-1", false};
  EXPECT_EQ(look(kModel + kEnd), found);
  EXPECT_EQ(look(kModel + kFile + kEnd), found);
  EXPECT_EQ(look(kFile + kModel + kEnd), found);
  EXPECT_EQ(look("a preamble\r\n" + kFile + kModel + kFile + kEnd + "an epilogue\r\n--B\r\n"), found);
}

TEST(Multipart, CutsAnywhereMakeNoDifference) {
  const std::string body =
      "pre\r\n" + kFile + part("name=\"stream\"", "true") + kModel + part("name=empty", "") + kEnd;
  const Found found{"", "whisper-1", "whisper-1", true};
  ASSERT_EQ(look(body), found);
  std::vector<std::size_t> all;
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    EXPECT_EQ(look(body, {cut}), found) << cut;
    all.push_back(cut);
  }
  EXPECT_EQ(look(body, all), found);
  for (std::size_t a = 0; a < body.size(); a += 3) {
    for (std::size_t b = a; b < std::min(body.size(), a + 20); ++b)
      EXPECT_EQ(look(body, {a, b}), found) << a << " " << b;
  }
}

TEST(Multipart, TruncationsAreRefused) {
  const std::string body = kFile + kModel + "--B--";
  ASSERT_EQ(look(body).model, "whisper-1");
  for (std::size_t size = 0; size < body.size(); ++size)
    EXPECT_NE(look(body.substr(0, size)).problem, "") << size;
}

TEST(Multipart, NamesAreWrittenInManyWays) {
  for (const char* disposition :
       {"name=model", "name=\"model\"", "NAME=\"model\"", "filename=\"x;name=y\"; name=\"model\"",
        "name = \"model\" ; filename=\"a\\\"b; name=z\"", "name=\"mod\\\\el\"; x=y"}) {
    const Found found = look(part(disposition, "m") + kEnd);
    EXPECT_EQ(found.model, std::string(disposition).find("\\\\") == std::string::npos ? "m" : "")
        << disposition;
  }
  EXPECT_EQ(look("--B\r\nX-A: b\r\ncontent-DISPOSITION:form-data;name=model\r\nContent-Type: "
                 "text/plain\r\n\r\nm\r\n" +
                 kEnd)
                .model,
            "m");
}

TEST(Multipart, ValuesMayHoldLineEndsAndHalfBoundaries) {
  EXPECT_EQ(look(part("name=model", "a\r\nb\r\n--\r\n-B\r\r\n") + kEnd).model, "a\r\nb\r\n--\r\n-B\r\r\n");
  EXPECT_EQ(look(part("name=model", "--A") + kEnd).model, "--A");
  EXPECT_EQ(look(part("name=model", "") + kEnd), (Found{"", "", "", false}));
}

TEST(Multipart, APartWithoutContent) {
  EXPECT_EQ(look("--B\r\nContent-Disposition: form-data; name=x\r\n\r\n" + kModel + kEnd).model, "whisper-1");
}

TEST(Multipart, BoundariesMayBeFollowedByBlanks) {
  EXPECT_EQ(look("--B \t\r\n" + kModel.substr(5) + "--B--").model, "whisper-1");
}

TEST(Multipart, WhatReadersDisagreeAboutIsRefused) {
  const std::vector<std::string> bodies = {
      kModel + kModel + kEnd,                                                       // two models
      kModel + part("name=model; filename=x", "y") + kEnd,                          // the same, one as a file
      part("name=x; name=model", "y") + kEnd,                                       // two names
      "--B\r\nContent-Disposition: form-data;\r\n name=model\r\n\r\nm\r\n" + kEnd,  // folded
      "--B\r\nContent-Disposition: form-data; name=\"model\r\n\r\nm\r\n" + kEnd,    // no closing quote
      "--B\r\nContent-Disposition: form-data; name=model\n\nm\r\n" + kEnd,          // bare LF
      "--B\r\nno colon\r\n\r\nm\r\n" + kEnd,
      "--BX\r\n\r\nm\r\n" + kEnd,
      "--B-\r\n",
      "",
      "no boundary",
      "--B\r\nX: " + std::string(9000, 'x') + "\r\n\r\n" + kEnd,  //
      part("name=model", std::string(5000, 'm')) + kEnd};
  for (const std::string& body : bodies) {
    EXPECT_NE(look(body).problem, "") << body.substr(0, 200);
  }
}

TEST(Multipart, LargeFilesAreNotKept) {
  EXPECT_EQ(look(part("name=file; filename=x", std::string(3 << 20, '\r')) + kModel + kEnd).model,
            "whisper-1");
}

TEST(Multipart, BoundaryOfAContentType) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(multipart_boundary("multipart/form-data; charset=x; BOUNDARY=\"a b:c\" "), "a b:c");
  for (const std::string& type :
       {std::string("multipart/form-data"), std::string("multipart/form-data; boundary="),
        std::string("multipart/form-data; boundary=a; boundary=b"),
        std::string("multipart/form-data; boundary=\"a"),
        "multipart/form-data; boundary=" + std::string(71, 'x')}) {
    EXPECT_EQ(multipart_boundary(type), std::nullopt) << type;
  }
}

}  // namespace
}  // namespace paddock::http
