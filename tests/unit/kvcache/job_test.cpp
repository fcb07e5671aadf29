// Saving and restoring against an engine that the test plays, in a real folder.
#include "paddock/kvcache/job.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <numeric>

#include "tests/support/temp_dir.h"
#include "tests/unit/kvcache/played_server.h"

namespace paddock::kvcache {
namespace {

using namespace std::chrono_literals;
using test::PlayedEngine;
using test::PlayedServer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::uint32_t> words(std::uint32_t first, std::size_t count) {
  std::vector<std::uint32_t> out(count);
  std::iota(out.begin(), out.end(), first);
  return out;
}

class JobTest : public testing::Test {
 protected:
  JobTest() {
    job.model = ModelId("a/b");
    job.generation = Generation{3};
    job.settings = {root.path("kv"), 100, {1 << 20, 24h}, 10s};
    job.command_key = [this] { return key; };
    job.until = steady_now() + 10s;
    EXPECT_TRUE(folder().prepare(job.model));
    engine.folder = folder().of(job.model);
    talk(0, words(1, 200));
    talk(1, {});
  }

  Folder folder() const { return Folder(job.settings.root); }
  // What the slot holds from here on.
  void talk(std::size_t slot, const std::vector<std::uint32_t>& tokens) {
    engine.slots.resize(std::max(engine.slots.size(), slot + 1));
    engine.conversations.resize(engine.slots.size());
    engine.conversations[slot] = tokens;
    engine.slots[slot] = {static_cast<std::int64_t>(slot), 4096, tokens.size(), tokens.empty() ? -1 : ++task,
                          false};
  }
  void empty_slots() {
    for (std::size_t i = 0; i < engine.slots.size(); ++i) talk(i, {});
    engine.calls.clear();
  }
  Report save() {
    PlayedServer server(engine);
    return kvcache::save(job, server, given_up);
  }
  Report restore() {
    PlayedServer server(engine);
    return kvcache::restore(job, server, given_up);
  }
  // Whatever lies in the model's folder.
  std::size_t files() const {
    const std::filesystem::directory_iterator all(engine.folder);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

  test::TempDir root;
  std::string key = "command";
  PlayedEngine engine;
  Job job;
  std::atomic<bool> given_up{false};
  std::int64_t task = 0;
};

TEST_F(JobTest, WhatIsSavedComesBackIntoSlotsOfItsOwn) {
  talk(1, words(5000, 300));
  const Report saved = save();
  EXPECT_EQ(saved.slots, 2u);
  EXPECT_EQ(saved.tokens, 500u);
  EXPECT_THAT(saved.problems, IsEmpty());
  empty_slots();
  const Report restored = restore();
  EXPECT_THAT(restored.held, testing::UnorderedElementsAre(200, 300));
  EXPECT_THAT(engine.calls,
              ElementsAre(testing::StartsWith("restore 0 "), testing::StartsWith("restore 1 ")));
}

TEST_F(JobTest, NobodyElseMayReadIt) {
  save();
  const auto kept = folder().list(job.model);
  ASSERT_THAT(kept, SizeIs(1));
  struct stat facts {};
  ASSERT_EQ(::stat(kept[0].path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  ASSERT_EQ(::stat(engine.folder.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0700u);
}

TEST_F(JobTest, ShortOnesAreNotWorthAFile) {
  talk(0, words(1, 99));
  EXPECT_EQ(save().slots, 0u);
  EXPECT_EQ(files(), 0u);
}

TEST_F(JobTest, AConversationThatGoesOnReplacesItsFile) {
  save();
  talk(0, words(1, 250));
  save();
  EXPECT_EQ(folder().list(job.model).at(0).name.tokens, 250u);
  talk(0, words(9000, 220));
  save();
  EXPECT_THAT(folder().list(job.model), SizeIs(2));
}

TEST_F(JobTest, EachPartOfTheFingerprintCounts) {
  save();
  empty_slots();
  key = "another command";
  EXPECT_EQ(restore().slots, 0u);
  key = "command";
  engine.build_info = "b2";
  EXPECT_EQ(restore().slots, 0u);
  engine.build_info = "b1";
  engine.slots[0].context = 8192;
  EXPECT_EQ(restore().slots, 0u);
  engine.slots[0].context = 4096;
  engine.slots.push_back({2, 4096});
  EXPECT_EQ(restore().slots, 0u);
  engine.slots.pop_back();
  EXPECT_EQ(restore().slots, 1u);
}

TEST_F(JobTest, TheDiskBudgetIsKept) {
  job.settings.limits.bytes = 2 * test::slot_file(words(1, 200)).size() + 10;
  for (std::uint32_t first : {1u, 1000u, 2000u, 3000u}) {
    talk(0, words(first, 200));
    EXPECT_EQ(save().slots, 1u);
    EXPECT_LE(folder().list().size(), 2u);
  }
  job.settings.limits.bytes = 100;
  EXPECT_THAT(save().problems, ElementsAre(HasSubstr("larger than kvCache.maxDisk")));
}

TEST_F(JobTest, ABuildThatCannotIsAskedOnce) {
  engine.saves = Refusal{true, "it answers 501: not with a projector"};
  EXPECT_THAT(save().off, HasSubstr("not with a projector"));
  EXPECT_THAT(engine.calls, SizeIs(1));
  EXPECT_THAT(save().off, HasSubstr("not with a projector"));
  EXPECT_THAT(engine.calls, SizeIs(1));
  engine.build_info = "b2";
  engine.saves.reset();
  EXPECT_EQ(save().slots, 1u);
  engine.build_info = "b1";
  EXPECT_EQ(save().slots, 0u);
  folder().clear(job.model);
  EXPECT_EQ(save().slots, 1u);
}

TEST_F(JobTest, WhatFailsOnceIsTriedAgain) {
  engine.saves = Refusal{false, "no answer"};
  EXPECT_THAT(save().problems, ElementsAre(HasSubstr("no answer")));
  EXPECT_EQ(files(), 0u);
  engine.saves.reset();
  EXPECT_EQ(save().slots, 1u);
}

TEST_F(JobTest, HalfAFileIsNotKept) {
  engine.cuts_files = true;
  EXPECT_THAT(save().problems, ElementsAre(HasSubstr("not as long")));
  EXPECT_EQ(files(), 0u);
}

TEST_F(JobTest, ADamagedFileIsNotHandedToTheEngine) {
  save();
  const std::string path = folder().list(job.model).at(0).path;
  std::filesystem::resize_file(path, 50);
  empty_slots();
  EXPECT_THAT(restore().problems, ElementsAre(HasSubstr("cut off")));
  EXPECT_THAT(engine.calls, IsEmpty());
  EXPECT_EQ(files(), 0u);
}

TEST_F(JobTest, WhatTheEngineWillNotTakeGoes) {
  save();
  empty_slots();
  engine.restores = Refusal{false, "it answers 400: invalid slot save file"};
  EXPECT_THAT(restore().problems, ElementsAre(HasSubstr("invalid slot save file")));
  EXPECT_EQ(files(), 0u);
}

TEST_F(JobTest, WhenTheTimeIsOverTheRestWaits) {
  talk(1, words(5000, 300));
  engine.on_save = [this] { job.until = steady_now(); };
  EXPECT_EQ(save().slots, 1u);
  EXPECT_THAT(engine.calls, SizeIs(1));
}

TEST_F(JobTest, WhatIsGivenUpLeavesOnlyAPart) {
  engine.on_save = [this] { given_up = true; };
  EXPECT_EQ(save().slots, 0u);
  EXPECT_THAT(folder().list(), IsEmpty());
  EXPECT_EQ(files(), 1u);
  EXPECT_TRUE(folder().prepare(job.model));
  EXPECT_EQ(files(), 0u);
}

TEST_F(JobTest, AFolderThatCannotBeMadeSaysSo) {
  const std::string file = root.path("file");
  std::ofstream(file) << "x";
  const auto made = Folder(file).prepare(job.model);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error(), HasSubstr(file));
}

TEST_F(JobTest, NamesOfModelsStayInsideTheRoot) {
  EXPECT_EQ(Folder("/r").of(ModelId("../x")), "/r/..%2Fx/");
  EXPECT_EQ(Folder("/r").of(ModelId("..")), "/r/%2E%2E/");
  EXPECT_EQ(Folder("/r").of(ModelId("qwen-3.6_a")), "/r/qwen-3.6_a/");
}

}  // namespace
}  // namespace paddock::kvcache
