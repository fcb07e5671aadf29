#include "port/proc_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstdint>
#include <cstdio>
#include <string>

namespace paddock::process {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

IpAddress ip(const std::string& text) { return parse_ip(text).value(); }

// The tables are in this machine's byte order; so is the expectation, by way of the word 127.0.0.1.
const std::string kLoopbackWord = [] {
  const std::uint32_t word = htonl(INADDR_LOOPBACK);
  char text[9];
  std::snprintf(text, sizeof text, "%08X", word);
  return std::string(text);
}();

const std::string kHead =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode     \n";
const std::string kRest = " 00000000:00000000 00:00000000 00000000  1000        0 ";

TEST(ParseListening, ReadsOnlySocketsThatListen) {
  const std::string table =
      kHead + "   0: " + kLoopbackWord + ":270F 00000000:0000 0A" + kRest +
      "4711 1 0000000093daad15 100 0 0 10 0\n" + "   1: 00000000:0050 00000000:0000 0A" + kRest +
      "4712 1 x\n" + "   2: " + kLoopbackWord + ":270F " + kLoopbackWord + ":D431 01" + kRest + "4713 1 x\n";
  EXPECT_THAT(parse_listening(table),
              ElementsAre(ListeningSocket{kLoopbackV4, 9999, 4711}, ListeningSocket{kAnyV4, 80, 4712}));
}

TEST(ParseListening, ReadsBothKindsOfAddresses) {
  const std::string zeros(24, '0');
  const std::uint32_t one = htonl(1), mapped = htonl(0xffff);
  char v6[33], v4_in_v6[33];
  std::snprintf(v6, sizeof v6, "%s%08X", zeros.c_str(), one);
  std::snprintf(v4_in_v6, sizeof v4_in_v6, "%.16s%08X%s", zeros.c_str(), mapped, kLoopbackWord.c_str());
  const std::string far = " 00000000000000000000000000000000:0000 0A" + kRest;
  EXPECT_THAT(parse_listening(kHead + "0: " + v6 + ":0001" + far + "1 x\n0: " + v4_in_v6 + ":FFFF" + far +
                              "2 x\n" + "0: 00000000000000000000000000000000:0002" + far + "3 x\n"),
              ElementsAre(ListeningSocket{kLoopbackV6, 1, 1}, ListeningSocket{kLoopbackV4, 65535, 2},
                          ListeningSocket{kAnyV6, 2, 3}));
}

TEST(ParseListening, SkipsWhatItDoesNotUnderstand) {
  for (const char* local : {"", ":", "0100007F", "0100007F:", "0100007G:0050", "0100007F:10000",
                            "100007F:0050", "0100007F0100007F:0050", "0100007F:-050", "0100007F:0050:0050"}) {
    EXPECT_THAT(parse_listening(std::string("0: ") + local + " 00000000:0000 0A" + kRest + "4711 1 x\n"),
                IsEmpty())
        << local;
  }
  const std::string good = "0: 0100007F:0050 00000000:0000 0A";
  EXPECT_THAT(parse_listening(good + kRest + "0 1 x\n"), IsEmpty()) << "no inode";
  EXPECT_THAT(parse_listening(good + kRest + "\n"), IsEmpty());
  EXPECT_THAT(parse_listening(good + "\n\n \n"), IsEmpty());
  EXPECT_THAT(parse_listening(good + kRest + "4711"), IsEmpty()) << "the number may have been cut";
}

TEST(ParseSocketLink, KnowsSocketsOnly) {
  EXPECT_EQ(parse_socket_link("socket:[4711]"), 4711u);
  for (const char* text :
       {"", "socket:[", "socket:[]", "socket:[4711", "pipe:[4711]", "socket:[47x]", "/dev/null"}) {
    EXPECT_EQ(parse_socket_link(text), std::nullopt) << text;
  }
}

TEST(ParsePids, StopsAtWhatIsNone) {
  EXPECT_THAT(parse_pids("12 34 \n"), ElementsAre(12, 34));
  EXPECT_THAT(parse_pids("12 x 34"), ElementsAre(12));
  EXPECT_THAT(parse_pids("self"), IsEmpty());
}

TEST(IpAddresses, AreReadAndCompared) {
  EXPECT_EQ(ip("127.0.0.1"), kLoopbackV4);
  EXPECT_EQ(ip("::ffff:127.0.0.1"), kLoopbackV4);
  EXPECT_EQ(ip("::1"), kLoopbackV6);
  for (const char* text : {"", "localhost", "127.1", "[::1]", "fe80::1%lo"}) {
    EXPECT_EQ(parse_ip(text), std::nullopt) << text;
  }
  EXPECT_EQ(destination(kAnyV4), kLoopbackV4);
  EXPECT_EQ(destination(kAnyV6), kLoopbackV6);
  EXPECT_EQ(destination(ip("10.1.2.3")), ip("10.1.2.3"));
}

TEST(IpAddresses, TakeConnections) {
  EXPECT_TRUE(takes(kLoopbackV4, kLoopbackV4));
  EXPECT_TRUE(takes(kAnyV4, ip("10.1.2.3")));
  EXPECT_TRUE(takes(kAnyV6, kLoopbackV6));
  EXPECT_TRUE(takes(kAnyV6, kLoopbackV4));
  EXPECT_FALSE(takes(kAnyV4, kLoopbackV6));
  EXPECT_FALSE(takes(kLoopbackV6, kLoopbackV4));
  EXPECT_FALSE(takes(ip("127.0.0.2"), kLoopbackV4));
}

}  // namespace
}  // namespace paddock::process
