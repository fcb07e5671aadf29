#include "body_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "request_body.h"
#include "tests/support/temp_dir.h"

namespace paddock::http {
namespace {

class Folder {
 public:
  Folder() { ::setenv("TMPDIR", folder_.path("").c_str(), 1); }
  ~Folder() { ::unsetenv("TMPDIR"); }

  std::string path() const { return folder_.path(""); }
  bool empty() const { return std::filesystem::is_empty(path()); }

 private:
  paddock::test::TempDir folder_;
};

TEST(BodyFile, GivesBackWhatWasWritten) {
  const Folder folder;
  BodyFile file;
  ASSERT_TRUE(file.open());
  EXPECT_TRUE(file.append("hello "));
  EXPECT_TRUE(file.append("world"));
  char bytes[20];
  EXPECT_EQ(std::string(bytes, file.read(3, bytes, sizeof bytes)), "lo world");
  EXPECT_EQ(file.read(11, bytes, sizeof bytes), 0u);
  EXPECT_EQ(file.size(), 11u);
}

TEST(BodyFile, HasNoName) {
  const Folder folder;
  BodyFile file;
  ASSERT_TRUE(file.open());
  EXPECT_TRUE(file.append("x"));
  EXPECT_TRUE(folder.empty());
}

TEST(BodyFile, AFolderThatCannotBeWrittenIsToldInASentence) {
  ::setenv("TMPDIR", "/nonexistent/folder", 1);
  BodyFile file;
  EXPECT_FALSE(file.open());
  ::unsetenv("TMPDIR");
  EXPECT_FALSE(file.failure().full);
  EXPECT_EQ(file.failure().what,
            "this body needs a temporary file, and opening one in /nonexistent/folder failed: No such file "
            "or directory");
}

TEST(RequestBody, FillsItsMemoryThenItsFile) {
  const Folder folder;
  BodyBudget budget;
  RequestBody body({100'000, "", 10'000});
  ASSERT_TRUE(budget.try_take(body.hold(), 10'000, 1 << 20));
  std::string text;
  while (text.size() < 90'000) text += std::to_string(text.size()) + ",";
  std::string seen;
  body.on_bytes([&](std::string_view bytes) { return seen.append(bytes), true; });
  for (std::size_t at = 0; at < text.size();) {
    const std::span<char> room = body.room(std::min<std::size_t>(text.size() - at, 777));
    ASSERT_FALSE(room.empty());
    text.copy(room.data(), room.size(), at);
    at += room.size();
    ASSERT_TRUE(body.commit(room.size()));
  }
  EXPECT_EQ(seen, text);
  EXPECT_FALSE(body.in_memory());
  EXPECT_EQ(body.size(), text.size());
  BodyPieces pieces;
  body.append_pieces(9'990, 20'010, pieces);
  ASSERT_EQ(pieces.size(), 2u);
  std::string out(pieces[0].bytes, static_cast<std::size_t>(pieces[0].size));
  std::string rest(static_cast<std::size_t>(pieces[1].size), '?');
  EXPECT_EQ(pieces[1].file->read(pieces[1].offset, rest.data(), rest.size()), rest.size());
  EXPECT_EQ(out + rest, text.substr(9'990, 10'020));
}

TEST(RequestBody, WithoutMemoryTheFileComesEarlier) {
  const Folder folder;
  RequestBody body({100'000, "", 10'000});
  ASSERT_FALSE(body.room(10).empty());
  EXPECT_TRUE(body.commit(10));
  EXPECT_FALSE(body.in_memory());
}

}  // namespace
}  // namespace paddock::http
