#include "file_source.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "tests/support/temp_dir.h"
#include "tests/unit/gpu/cards_of.h"

namespace paddock::gpu {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string problem_of(std::string_view text) {
  const auto devices = parse_devices(text);
  return devices ? "none" : devices.error();
}

TEST(FileSource, IsReadAnewEachTime) {
  test::TempDir dir;
  const std::string path = dir.path("gpus.json");
  const std::unique_ptr<Source> source = file_source(path);
  EXPECT_THAT(source->read().error(), EndsWith("gpus.json: No such file or directory."));
  test::write_file(path,
                   R"({"gpus": [{"index": 1, "name": "A", "uuid": "U", "pci": "P", "total": 9, "used": 4},
                                      {"total": 7, "used": 0}]})");
  const std::vector<Device> expected = {{1, "A", "U", "P", 9, 4}, {1, "", "", "", 7, 0}};
  EXPECT_EQ(cards_of(*source), expected);
  test::write_file(path, R"({"gpus": [{"total": 9, "used": 5}]})");
  EXPECT_EQ(cards_of(*source)[0].used, 5u);
  test::write_file(path, "{");
  EXPECT_THAT(source->read().error(), EndsWith("gpus.json: it is no JSON."));
  test::write_file(path, std::string(2 << 20, ' '));
  EXPECT_THAT(source->read().error(), HasSubstr("longer than 1 MiB"));
  EXPECT_TRUE(file_source(dir.path(""))->read().has_error()) << "a folder";
}

TEST(FileSource, TellsAllThatACardCan) {
  test::TempDir dir;
  const std::string path = dir.path("gpus.json");
  const std::string own = std::to_string(::getpid());
  test::write_file(path, R"({"gpus": [{"total": 9, "used": 4, "vendor": "nvidia", "util": 50, "temp": -3,
      "power": 71.5, "shared": 77, "fan": 41, "driver": "1.2", "processes": [{"pid": 99999999, "bytes": 3, "name": "game"}, {"pid": )" +
                             own + R"(, "bytes": 1}]},
      {"index": 1, "total": 7, "used": 0, "util": null, "processes": []}]})");
  const auto devices = cards_of(*file_source(path));
  EXPECT_EQ(devices[0].vendor, "nvidia");
  EXPECT_EQ(devices[0].util, 50);
  EXPECT_EQ(devices[0].temp, -3);
  EXPECT_EQ(devices[0].power, 71.5);
  EXPECT_EQ(devices[0].shared, 77u);
  EXPECT_EQ(devices[0].fan, 41);
  EXPECT_EQ(devices[0].driver, "1.2");
  ASSERT_EQ(devices[0].processes->size(), 2u);
  EXPECT_EQ(devices[0].processes->at(0).name, "unit_gpu") << "the names that are missing are the kernel's";
  EXPECT_EQ(devices[0].processes->at(0).lineage.at(0), ::getpid());
  EXPECT_EQ(devices[0].processes->at(1), (Process{99999999, 3, "game", {}}));
  EXPECT_FALSE(devices[1].util);
  EXPECT_TRUE(devices[1].processes && devices[1].processes->empty());
}

TEST(FileSource, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(problem_of(""), "it is no JSON");
  EXPECT_EQ(problem_of("[]"), "it must be an object with a list `gpus`");
  EXPECT_EQ(problem_of(R"({"gpus": {}})"), "it must be an object with a list `gpus`");
  EXPECT_EQ(problem_of(R"({"gpus": []})"), "`gpus` is empty");
  EXPECT_EQ(problem_of(R"({"gpus": [7]})"), "gpus[0] must be an object");
  EXPECT_EQ(problem_of(R"({"gpus": [{"used": 1}]})"), "gpus[0].total is missing");
  EXPECT_EQ(problem_of(R"({"gpus": [{"total": 1}]})"), "gpus[0].used is missing");
  EXPECT_EQ(problem_of(R"({"gpus": [{"total": 2, "used": 1}, {"total": -1, "used": 0}]})"),
            "gpus[1].total must be a whole number of 0 or more");
  EXPECT_EQ(problem_of(R"({"gpus": [{"total": 1, "used": 2}]})"), "gpus[0].used is more than its total");
  EXPECT_EQ(problem_of(R"({"gpus": [{"total": 1, "used": 0, "name": 3}]})"), "gpus[0].name must be a text");
  EXPECT_EQ(problem_of(R"({"gpus": [{"total": 1, "used": 0, "index": 99999}]})"),
            "gpus[0].index must be below 256");
  EXPECT_EQ(problem_of(R"({"gpus": [{"total": 1, "used": 0, "index": 1}, {"total": 1, "used": 0}]})"),
            "gpus[1] is there twice");
  const auto problem_with = [](const std::string& field) {
    return problem_of(R"({"gpus": [{"total": 1, "used": 0, )" + field + "}]}");
  };
  EXPECT_EQ(problem_with(R"("util": 101)"), "gpus[0].util is not believed");
  EXPECT_EQ(problem_with(R"("temp": "hot")"), "gpus[0].temp is not believed");
  EXPECT_EQ(problem_with(R"("power": -1)"), "gpus[0].power is not believed");
  EXPECT_EQ(problem_with(R"("processes": {})"), "gpus[0].processes must be a list");
  EXPECT_EQ(problem_with(R"("processes": [1])"), "gpus[0].processes[0] must be an object");
  EXPECT_EQ(problem_with(R"("processes": [{"pid": 0, "bytes": 1}])"),
            "gpus[0].processes[0].pid is no process");
  EXPECT_EQ(problem_with(R"("processes": [{"pid": 1}])"), "gpus[0].processes[0].bytes is missing");
}

}  // namespace
}  // namespace paddock::gpu
