#include "paddock/http/active_profile.h"

#include <gtest/gtest.h>

namespace paddock::http {
namespace {

config::Config with(const std::vector<std::string>& names) {
  config::Config config;
  for (const std::string& name : names) {
    config::Profile profile;
    profile.name = name;
    config.profiles.push_back(profile);
  }
  return config;
}

TEST(ActiveProfile, NoneAtFirst) {
  const ActiveProfile active;
  EXPECT_EQ(active.name(), "");
  EXPECT_EQ(active.in(with({"", "day"})), nullptr);
}

TEST(ActiveProfile, IsThatOfTheConfigurationAtHand) {
  ActiveProfile active;
  active.set("day");
  const config::Config one = with({"night", "day"}), other = with({"night"});
  EXPECT_EQ(active.in(one), &one.profiles[1]);
  EXPECT_EQ(active.in(other), nullptr);
  active.set("");
  EXPECT_EQ(active.in(one), nullptr);
}

TEST(ActiveProfile, OutlivesAReloadThatKeepsIt) {
  ActiveProfile active;
  active.set("day");
  active.keep_only_if_in(with({"day"}));
  EXPECT_EQ(active.name(), "day");
  active.keep_only_if_in(with({"night"}));
  EXPECT_EQ(active.name(), "");
  const config::Config back = with({"day"});
  EXPECT_EQ(active.in(back), nullptr) << "it stays off when it comes back";
}

}  // namespace
}  // namespace paddock::http
