#include "find_config.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temp_dir.h"

namespace paddock::app {
namespace {

using Places = std::vector<std::string>;

TEST(FindConfig, TheUsualPlacesHaveAnOrder) {
  EXPECT_EQ(usual_places("/x", "/home/u"), (Places{"/app/config.yaml", "/etc/paddock/config.yaml",
                                                   "/x/paddock/config.yaml", "./config.yaml"}));
}

TEST(FindConfig, WithoutXdgTheUsersPlaceIsBelowHome) {
  for (const char* none : {static_cast<const char*>(nullptr), "", "relative"}) {
    EXPECT_EQ(usual_places(none, "/home/u").at(2), "/home/u/.config/paddock/config.yaml");
  }
  EXPECT_EQ(usual_places(nullptr, nullptr),
            (Places{"/app/config.yaml", "/etc/paddock/config.yaml", "./config.yaml"}));
  EXPECT_EQ(usual_places(nullptr, ""), usual_places(nullptr, nullptr));
}

TEST(FindConfig, TheFirstThatIsThereCounts) {
  const test::TempDir dir;
  const Places places = {dir.path("a"), dir.path("b"), dir.path("c")};
  EXPECT_EQ(first_there(places), "");
  test::write_file(dir.path("c"), "");
  EXPECT_EQ(first_there(places), dir.path("c"));
  test::write_file(dir.path("b"), "");
  EXPECT_EQ(first_there(places), dir.path("b"));
}

TEST(FindConfig, AFolderIsNone) {
  const test::TempDir dir;
  std::filesystem::create_directory(dir.path("config.yaml"));
  EXPECT_EQ(first_there({dir.path("config.yaml")}), "");
}

}  // namespace
}  // namespace paddock::app
