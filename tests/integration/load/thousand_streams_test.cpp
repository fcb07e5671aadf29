// Many at once.
#include <sys/resource.h>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

TEST(Load, AThousandStreamsAtOnce) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  // The daemon raises its own limit; it must not depend on ours.
  TestDaemon daemon(two_models());
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 1000; ++i) {
    clients.push_back(std::make_unique<RawClient>(daemon.port()));
    clients.back()->send(chat_request("a", held_stream("g")));
  }
  for (auto& client : clients) client->read_until("first\r\n", Millis(30'000));
  EXPECT_EQ(get(daemon.port(), "/api/models/a").json()["in_flight"], 1000);
  daemon.release("a", "g");
  for (auto& client : clients)
    EXPECT_EQ(client->read_until("0\r\n\r\n", Millis(30'000)), "6\r\nsecond\r\n0\r\n\r\n");
}

TEST(Load, ManySmallRequests) {
  TestDaemon daemon(two_models());
  std::vector<std::future<int>> workers;
  for (int i = 0; i < 8; ++i) {
    workers.push_back(std::async(std::launch::async, [&daemon] {
      RawClient client(daemon.port());
      int good = 0;
      for (int n = 0; n < 100; ++n) {
        client.send(chat_request("a", nullptr, n % 2 == 0));
        good += read_response(client).body.end == End::kComplete ? 1 : 0;
      }
      return good;
    }));
  }
  for (auto& worker : workers) EXPECT_EQ(worker.get(), 100);
}

}  // namespace
}  // namespace paddock::test
