// kvCache: of the file, and of a model that says something else.
#include <gmock/gmock.h>

#include "load_support.h"

namespace paddock::config {
namespace {

using namespace std::chrono_literals;

KvCache of_model(const std::string& file, const std::string& model) {
  const std::string block = model.empty() ? "" : ", kvCache: {" + model + "}";
  const Loaded loaded = load((file.empty() ? "" : "kvCache: {" + file + "}\n") +
                             "models: {a: {cmd: 'x ${PORT}'" + block + "}}\n");
  EXPECT_THAT(loaded.diagnostics(), IsEmpty()) << file << " / " << model;
  return loaded.model(0).kv_cache;
}

TEST(LoadKvCache, IsOffUnlessSomebodySaysSo) {
  EXPECT_EQ(of_model("", "").save, KvSave::kOff);
  EXPECT_EQ(of_model("save: Auto", "").save, KvSave::kAuto);
  EXPECT_EQ(of_model("save: auto", "save: off").save, KvSave::kOff);
  EXPECT_EQ(of_model("", "save: on").save, KvSave::kOn);
  EXPECT_EQ(of_model("save: true", "minTokens: 5").save, KvSave::kOn);
  EXPECT_EQ(of_model("save: no", "").save, KvSave::kOff);
}

TEST(LoadKvCache, AModelTakesWhatItLeavesOutFromTheFile) {
  const std::string file = "save: auto, dir: /d, minTokens: 7, maxDisk: 2GiB, maxAge: 3h, timeout: 4s";
  KvCache expected{KvSave::kAuto, "/d", 7, std::uint64_t{2} << 30, 3h, 4s};
  EXPECT_EQ(of_model(file, ""), expected);
  expected.dir = "/e";
  expected.timeout = 90s;
  EXPECT_EQ(of_model(file, "dir: /e, timeout: 1m30s"), expected);
  EXPECT_EQ(of_model("", ""), KvCache());
}

TEST(LoadKvCache, WhatIsOutOfRangeIsAnError) {
  const auto problem = [](const std::string& marked, const std::string& text) {
    const Loaded loaded = load("kvCache: {" + marked + "}");
    EXPECT_THAT(loaded.diagnostics(), ElementsAre(error(loaded.at("v"), text))) << marked;
  };
  problem("save: $v[[perhaps]]", "'kvCache.save' 'perhaps' is not known");
  problem("dir: $v[[here]]", "'kvCache.dir' must be a whole path, not 'here'");
  problem("minTokens: $v[[0]]", "'kvCache.minTokens' must be at least 1, not 0");
  problem("maxDisk: $v[[much]]", "'kvCache.maxDisk' must be a number of bytes, not 'much'");
  problem("maxDisk: $v[[1000]]", "'kvCache.maxDisk' must be at least 1048576 bytes");
  problem("maxAge: $v[[0]]", "'kvCache.maxAge' must be 1 to 315360000 seconds");
  problem("timeout: $v[[601s]]", "'kvCache.timeout' must be 1 to 600 seconds");
}

}  // namespace
}  // namespace paddock::config
