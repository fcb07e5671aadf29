#include "paddock/logs/hub.h"

#include <gtest/gtest.h>

#include <string>

namespace paddock::logs {
namespace {

using namespace std::string_literals;

std::string text_of(const Channel& channel) { return channel.read_from(0, 1 << 20).bytes; }

TEST(Hub, KeepsOneChannelPerModel) {
  Hub hub;
  const auto a = hub.model(ModelId("a"));
  EXPECT_EQ(hub.model(ModelId("a")), a);
  EXPECT_NE(hub.model(ModelId("b")), a);
}

TEST(Hub, OwnLinesGoToProxyAndCombined) {
  Hub hub;
  hub.write_own("hello");
  hub.write_own("again");
  EXPECT_EQ(text_of(hub.proxy()), "hello\nagain\n");
  EXPECT_EQ(text_of(hub.combined()), "hello\nagain\n");
  EXPECT_EQ(text_of(hub.upstream()), "");
}

TEST(LaunchLog, RawBytesAtOnceAndLinesWhenComplete) {
  Hub hub;
  LaunchLog log(hub, ModelId("m"));
  log.write("load");
  EXPECT_EQ(text_of(*hub.model(ModelId("m"))), "load");
  EXPECT_EQ(text_of(hub.upstream()), "");
  log.write("ing\n\nready\nmo");
  EXPECT_EQ(text_of(hub.upstream()), "[m] loading\n[m] \n[m] ready\n");
  log.finish();
  log.finish();
  EXPECT_EQ(text_of(hub.upstream()), "[m] loading\n[m] \n[m] ready\n[m] mo\n");
  EXPECT_EQ(text_of(hub.combined()), text_of(hub.upstream()));
  EXPECT_EQ(text_of(*hub.model(ModelId("m"))), "loading\n\nready\nmo");
}

TEST(LaunchLog, ControlBytesPassUnchanged) {
  Hub hub;
  LaunchLog log(hub, ModelId("m"));
  const std::string line = "\x1b[32m 10%\r 20%\r\n\0x\n"s;
  log.write(line);
  EXPECT_EQ(text_of(*hub.model(ModelId("m"))), line);
  EXPECT_EQ(text_of(hub.upstream()), "[m] \x1b[32m 10%\r 20%\r\n[m] \0x\n"s);
}

// The same text in pieces of every size gives the same shared lines.
TEST(LaunchLog, CutsLongLinesTheSameForEveryPieceSize) {
  const std::string text = "12345\n1234\n\n123456789012\nab\n12345678\n1";
  const std::string expected =
      "[m] 1234\n[m] 5\n[m] 1234\n[m] \n[m] 1234\n[m] 5678\n[m] 9012\n[m] ab\n[m] 1234\n[m] 5678\n[m] 1\n";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    Hub::Options options;
    options.line_bytes = 4;
    Hub hub(options);
    LaunchLog log(hub, ModelId("m"));
    for (std::size_t i = 0; i < text.size(); i += size) log.write(text.substr(i, size));
    log.finish();
    EXPECT_EQ(text_of(hub.upstream()), expected) << "pieces of " << size;
  }
}

}  // namespace
}  // namespace paddock::logs
