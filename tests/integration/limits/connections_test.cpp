// More clients than maxConnections: they wait at the door and nobody who is inside is harmed.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

TEST(Connections, BeyondTheLimitWaitsUntilOneEnds) {
  TestDaemon daemon(two_models("maxConnections: 3"));
  RawClient one(daemon.port()), two(daemon.port()), three(daemon.port());
  for (RawClient* client : {&one, &two, &three}) {
    client->send(make_request("GET", "/health"));
    EXPECT_EQ(read_response(*client).status(), 200);
  }
  RawClient late(daemon.port());
  late.send(make_request("GET", "/health"));
  EXPECT_TRUE(eventually([&] { return daemon.output().find("maxConnections") != std::string::npos; }));
  EXPECT_THROW(late.read_head(Millis(200)), std::runtime_error);
  one.send(make_request("GET", "/health"));
  EXPECT_EQ(read_response(one).status(), 200) << "who is inside goes on";
  two.close();
  EXPECT_EQ(read_response(late).status(), 200);
}

TEST(Connections, TheDoorOpensAgainAndAgain) {
  TestDaemon daemon(two_models("maxConnections: 1"));
  for (int i = 0; i < 20; ++i) {
    RawClient client(daemon.port());
    client.send(make_request("GET", "/health"));
    ASSERT_EQ(read_response(client).status(), 200) << i;
  }
}

}  // namespace
}  // namespace paddock::test
