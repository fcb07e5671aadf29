// GET /api/config/file and PUT /api/config: who may, which text is meant, and how a file is replaced.
#include "config_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/temp_dir.h"
#include "whole_file.h"

namespace paddock::app {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using test::read_file;
using test::TempDir;
using test::write_file;
using testing::HasSubstr;

constexpr const char* kOld = "admin: {config_write: true}\napiKeys: [k]\nmodels: {}\n";
constexpr const char* kNew = "admin: {config_write: true}\napiKeys: [k]\nmodels: {}\nstartPort: 9000\n";

std::size_t files_in(const TempDir& dir) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(dir.path("")), fs::directory_iterator()));
}

TEST(WholeFile, IsReplacedWithItsRightsAndKeepsWhatItWas) {
  TempDir dir;
  const std::string path = dir.path("c.yaml");
  write_file(path, "old");
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  ASSERT_TRUE(replace_whole(path, "new", "old"));
  EXPECT_EQ(read_file(path), "new");
  EXPECT_EQ(read_file(path + ".bak"), "old");
  for (const std::string& file : {path, path + ".bak"}) {
    struct stat facts {};
    ASSERT_EQ(::stat(file.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 07777, 0640u) << file;
  }
  EXPECT_EQ(files_in(dir), 2u);
}

TEST(WholeFile, ALinkStaysOne) {
  TempDir dir;
  fs::create_directory(dir.path("real"));
  write_file(dir.path("real/c.yaml"), "old");
  fs::create_symlink("real/c.yaml", dir.path("link.yaml"));
  ASSERT_TRUE(replace_whole(dir.path("link.yaml"), "new", "old"));
  EXPECT_TRUE(fs::is_symlink(dir.path("link.yaml")));
  EXPECT_EQ(read_file(dir.path("real/c.yaml")), "new");
  EXPECT_EQ(read_file(dir.path("real/c.yaml.bak")), "old");
}

TEST(WholeFile, AFullDiskAndAMountedFileLeaveItAsItWas) {
  TempDir dir;
  const std::string path = dir.path("c.yaml");
  write_file(path, "old");
  FileCalls full = FileCalls::real();
  full.write = [](int, const void*, std::size_t) { return errno = ENOSPC, ssize_t(-1); };
  EXPECT_EQ(replace_whole(path, "new", "old", full).error(), file_fault(FileStep::kWrite, path, ENOSPC));
  EXPECT_EQ(files_in(dir), 1u);
  FileCalls mounted = FileCalls::real();
  mounted.rename = [&](const char* from, const char* to) {
    return to == path ? (errno = EBUSY, -1) : std::rename(from, to);
  };
  EXPECT_EQ(replace_whole(path, "new", "old", mounted).error(), file_fault(FileStep::kReplace, path, EBUSY));
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(files_in(dir), 2u) << "the copy, and nothing half written";
}

TEST(WholeFile, ReadsRegularFilesOnly) {
  TempDir dir;
  EXPECT_THAT(read_whole(dir.path("none")).error().sentence, HasSubstr("is not there"));
  EXPECT_THAT(read_whole(dir.path("")).error().sentence, HasSubstr("no regular file"));
  EXPECT_THAT(read_whole("/dev/zero").error().sentence, HasSubstr("no regular file"));
}

TEST(WholeFile, FaultsSayWhatToDo) {
  EXPECT_THAT(file_fault(FileStep::kCreate, "/e/c", EROFS).sentence, HasSubstr("ReadWritePaths="));
  EXPECT_THAT(file_fault(FileStep::kReplace, "/e/c", EBUSY).sentence, HasSubstr("mount the folder"));
  EXPECT_THAT(file_fault(FileStep::kCreate, "/e/c", EACCES).sentence, HasSubstr("in the folder /e,"));
  EXPECT_THAT(file_fault(FileStep::kOwner, "/e/c", EPERM).sentence, HasSubstr("belongs to another user"));
  EXPECT_THAT(file_fault(FileStep::kWrite, "/e/c", EIO).sentence, HasSubstr("could not be written"));
}

TEST(ConfigWriter, AVersionIsOfTheTextAlone) {
  const std::string version = version_of("a");
  EXPECT_NE(version, version_of("b"));
  for (const std::string& good : {version, "W/" + version, "\"x\", " + version, std::string("*")}) {
    EXPECT_TRUE(names_version(good, version)) << good;
  }
  for (const char* bad : {"", "\"x\"", "\"", ",,", "W/"}) EXPECT_FALSE(names_version(bad, version)) << bad;
}

// Everything at once and in place; what is written is taken for applied.
class Writer : public testing::Test {
 protected:
  void open(const std::string& text) {
    write_file(path_, text);
    live_.emplace(config::load_file(path_), false);
    writer_.emplace(
        *live_, ConfigWriter::Wires{[](const auto& question, const auto& answered) { answered(question()); },
                                    [this](const ConfigWriter::Job& job) {
                                      job([this](const LiveConfig::Done& done) {
                                        ++reloads_;
                                        done({true, "{}\n"});
                                      });
                                    }});
  }
  http::Reply write(const std::string& text, const std::string& version) {
    http::Reply out;
    writer_->write(text, version, [&](http::Reply reply) { out = std::move(reply); });
    return out;
  }
  http::Reply file() {
    http::Reply out;
    writer_->file([&](http::Reply reply) { out = std::move(reply); });
    return out;
  }

  TempDir dir_;
  const std::string path_ = dir_.path("c.yaml");
  std::optional<LiveConfig> live_;
  std::optional<ConfigWriter> writer_;
  int reloads_ = 0;
};

TEST_F(Writer, IsOffByDefault) {
  open("apiKeys: [k]\nmodels: {}\n");
  for (const http::Reply& reply : {file(), write(kNew, "*")}) {
    EXPECT_EQ(reply.status, 403);
    EXPECT_THAT(reply.body, HasSubstr("admin.config_write"));
  }
  EXPECT_FALSE(fs::exists(path_ + ".bak"));
  EXPECT_EQ(Json::parse(live_->description())["not_writable"], why_not_written(*live_->config()));
}

TEST_F(Writer, ReplacesTheTextThatWasHandedOut) {
  open(kOld);
  const http::Reply text = file();
  EXPECT_EQ(text.body, kOld);
  ASSERT_EQ(text.headers.at(0).first, "ETag");
  const http::Reply done = write(kNew, text.headers[0].second);
  EXPECT_EQ(done.status, 200);
  EXPECT_EQ(done.headers.at(0).second, version_of(kNew));
  EXPECT_EQ(read_file(path_), kNew);
  EXPECT_EQ(reloads_, 1);
  EXPECT_EQ(write(kOld, text.headers[0].second).status, 412) << "it is another one by now";
  EXPECT_EQ(read_file(path_), kNew);
}

TEST_F(Writer, WritesNothingThatIsWrongOrUnasked) {
  open(kOld);
  EXPECT_EQ(write(kNew, "").status, 428);
  const http::Reply wrong = write("startPort: x\n", "*");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(Json::parse(wrong.body)["diagnostics"][0]["line"], 1);
  EXPECT_EQ(Json::parse(write("", "*").body)["error"]["code"], "config_invalid");
  EXPECT_EQ(read_file(path_), kOld);
  EXPECT_EQ(reloads_, 0);
}

TEST_F(Writer, TheSameTextIsReadAgainAndNotWritten) {
  open(kOld);
  EXPECT_EQ(write(kOld, "*").status, 200);
  EXPECT_EQ(reloads_, 1);
  EXPECT_FALSE(fs::exists(path_ + ".bak"));
}

TEST(ConfigWriterRule, SeveralFilesAreNotWritten) {
  config::Config config;
  config.access.config_write = true;
  config.files = {"a.yaml", "b.yaml"};
  EXPECT_EQ(refused_to_write(config)->status, 409);
}

}  // namespace
}  // namespace paddock::app
