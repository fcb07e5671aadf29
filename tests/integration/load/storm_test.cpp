// Everything at random for a few seconds: requests, leavings, unloads, loads, crashes. Afterwards the daemon
// must be in order. The seed is printed; PADDOCK_STORM_SEED repeats one. Meant for the thread sanitizer.
#include <cstdlib>
#include <random>
#include <thread>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

constexpr Millis kLength{3000};

unsigned storm_seed() {
  const char* given = std::getenv("PADDOCK_STORM_SEED");
  return given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : 20240817u;
}

class Stormer {
 public:
  Stormer(int port, unsigned seed) : port_(port), random_(seed) {}

  void run() {
    const Deadline deadline(kLength);
    while (!deadline.passed()) {
      try {
        act();
      } catch (const std::exception&) {
        // A cut connection is weather here, not a failure.
      }
    }
  }

 private:
  int dice(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(random_); }
  std::string model() { return std::string(1, static_cast<char>('a' + dice(3))); }

  Json script() {
    switch (dice(6)) {
      case 0:
        return {{"crash", true}};
      case 1:
        return {{"mode", "chunked"},
                {"pieces", {"x", "y"}},
                {"piece_delay_ms", dice(20)},
                {"rst_after_pieces", dice(3)}};
      case 2:
        return {{"mode", "chunked"}, {"pieces", {"x", "y", "z"}}, {"piece_delay_ms", dice(20)}};
      case 3:
        return {{"delay_head_ms", dice(30)}, {"pieces", {"x"}}, {"close_on_next", "eof"}};
      default:
        return nullptr;
    }
  }

  void leave_midway() {
    RawClient client(port_);
    const std::string request = chat_request(model(), script());
    client.send(
        std::string_view(request).substr(0, request.size() - static_cast<std::size_t>(dice(2) * dice(50))));
    if (dice(2) == 0) client.read_bytes(1, Millis(dice(50)));
    const int how = dice(3);
    if (how == 0) client.reset();
    if (how == 1) {
      client.half_close();
      client.wait_end(Millis(500));
    }
  }

  void act() {
    const int choice = dice(20);
    if (choice < 9) {
      RawClient client(port_);
      client.send(chat_request(model(), script(), dice(2) == 0));
      read_response(client, false, Millis(2000));
    } else if (choice < 15) {
      leave_midway();
    } else if (choice == 15) {
      post(port_, "/api/models/" + model() + "/unload?mode=" + (dice(2) == 0 ? "now" : "drain"));
    } else if (choice == 16) {
      post(port_, "/api/models/" + model() + "/" + (dice(2) == 0 ? "load" : "restart"));
    } else if (choice == 17) {
      post(port_, "/api/models/" + model() + "/cancel");
    } else if (choice == 18) {
      get(port_, dice(2) == 0 ? "/running" : "/api/models");
    } else {
      RawClient client(port_);
      client.send(make_request("GET", "/logs/stream"));
      client.read_bytes(100, Millis(20));
    }
  }

  const int port_;
  std::mt19937 random_;
};

TEST(Storm, AfterwardsAllIsInOrder) {
  const unsigned seed = storm_seed();
  std::printf("storm seed %u\n", seed);
  TestDaemon daemon(config_with({{"a", "--health-delay-ms 10"}, {"b"}, {"c", "--sigterm-delay-ms 10"}},
                                "logLevel: info\nunloadTimeout: 2")
                        .substr(std::string("logLevel: debug\n").size()));
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 6; ++i) threads.emplace_back([&, i] { Stormer(daemon.port(), seed + i).run(); });
  for (auto& thread : threads) thread.join();

  for (const char* model : {"a", "b", "c"}) {
    post(daemon.port(),
         std::string("/api/models/") + model + "/load");  // it may be held back for its crashes
    EXPECT_EQ(chat(daemon.port(), model).status(), 200);
  }
  EXPECT_TRUE(eventually([&] {
    const auto answer = get(daemon.port(), "/api/models").json();
    for (const auto& model : answer["models"]) {
      if (model["in_flight"] != 0 || model["waiting"] != 0) return false;
    }
    return true;
  })) << get(daemon.port(), "/api/models").body.bytes;
  EXPECT_EQ(get(daemon.port(), "/running").json()["running"].size(), 1u);
  EXPECT_EQ(daemon.stop(), 0);
}

}  // namespace
}  // namespace paddock::test
