#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "health/prober.h"
#include "health/status_line.h"
#include "recorder.h"

namespace paddock::process {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

TEST(StatusLine, NeedsAWholeLine) {
  EXPECT_EQ(read_status("").status, std::nullopt);
  EXPECT_EQ(read_status("HTTP/1.1 200 O").status, std::nullopt);
  EXPECT_FALSE(read_status("HTTP/1.1 200 O").broken);
  EXPECT_EQ(read_status("HTTP/1.1 200 OK\r\n").status, 200);
  EXPECT_EQ(read_status("HTTP/1.0 503\n").status, 503);
}

TEST(StatusLine, SkipsInterimAnswers) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
  EXPECT_EQ(read_status(interim).status, std::nullopt);
  EXPECT_EQ(read_status(interim + interim + "HTTP/1.1 200 OK\r\n").status, 200);
}

TEST(StatusLine, KnowsWhatIsNotHttp) {
  for (const char* text : {"SSH-2.0-OpenSSH\r\n", "HTTP/2 200 OK\r\n", "HTTP/1.1 2000 OK\r\n", "\r\n"}) {
    EXPECT_TRUE(read_status(text).broken) << text;
  }
}

TEST(ProbeInterval, GrowsWithTheLoad) {
  EXPECT_EQ(probe_interval(0ms), 5ms);
  EXPECT_EQ(probe_interval(250ms), 5ms);
  EXPECT_EQ(probe_interval(1s), 20ms);
  EXPECT_EQ(probe_interval(1h), 250ms);
}

TEST(ProbeRequest, IsAPlainGet) {
  EXPECT_EQ(probe_request({"localhost", 5800, "/base"}, "/health"),
            "GET /base/health HTTP/1.1\r\nHost: localhost:5800\r\nUser-Agent: paddock\r\nAccept: */*\r\n"
            "Connection: close\r\n\r\n");
  EXPECT_THAT(probe_request({"::1", 80, ""}, "ok"),
              ::testing::StartsWith("GET /ok HTTP/1.1\r\nHost: [::1]:80\r\n"));
}

// A model's health route on the control thread: answers what `answer` says, or nothing while it is empty.
class FakeHealth {
 public:
  FakeHealth(asio::io_context& io, const char* address)
      : io_(io), acceptor_(io, tcp::endpoint(asio::ip::make_address(address), 0)) {
    accept();
  }
  int port() const { return acceptor_.local_endpoint().port(); }

  std::string answer = "HTTP/1.1 503 Loading\r\nContent-Length: 0\r\n\r\n";
  int asked = 0;

 private:
  struct Session {
    explicit Session(asio::io_context& io) : socket(io) {}
    tcp::socket socket;
    std::array<char, 1000> buffer;
    std::string answer;
  };
  void accept() {
    const auto session = std::make_shared<Session>(io_);
    acceptor_.async_accept(session->socket, [this, session](boost::system::error_code error) {
      if (error) return;
      session->socket.async_read_some(asio::buffer(session->buffer),
                                      [this, session](boost::system::error_code, std::size_t) {
                                        ++asked;
                                        session->answer = answer;
                                        reply(session);
                                      });
      accept();
    });
  }
  static void reply(const std::shared_ptr<Session>& session) {
    if (session->answer.empty()) {  // hangs until the other side leaves
      return session->socket.async_read_some(asio::buffer(session->buffer),
                                             [session](boost::system::error_code, std::size_t) {});
    }
    asio::async_write(session->socket, asio::buffer(session->answer),
                      [session](boost::system::error_code, std::size_t) {});
  }

  asio::io_context& io_;
  tcp::acceptor acceptor_;
};

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

class ProberTest : public ::testing::Test, public ControlThread {
 protected:
  void probe(const std::string& host, int port) {
    spec.endpoint = {host, port, ""};
    prober.emplace(io, resolver, spec, steady_now(), [this](const Ready& answer) {
      ready = answer;
      ready_at = steady_now();
    });
  }
  bool until_ready() {
    return run_until([this] { return ready.has_value(); });
  }
  // How long after `load` it was noticed that the health had flipped then.
  Duration notice_after(Duration load) {
    FakeHealth health(io, "127.0.0.1");
    ready.reset();
    probe("127.0.0.1", health.port());
    TimePoint flipped{};
    asio::steady_timer flip(io, load);
    flip.async_wait([&](boost::system::error_code) {
      health.answer = kOk;
      flipped = steady_now();
    });
    EXPECT_TRUE(until_ready());
    prober.reset();
    return ready_at - flipped;
  }

  Resolver resolver{io};
  SpawnSpec spec;
  std::optional<Prober> prober;
  std::optional<Ready> ready;
  TimePoint ready_at{};
};

TEST_F(ProberTest, OnlyExactly200IsReady) {
  FakeHealth health(io, "127.0.0.1");
  health.answer = "HTTP/1.1 204 No Content\r\n\r\n";
  probe("127.0.0.1", health.port());
  ASSERT_TRUE(run_until([&] { return health.asked >= 3; }));
  EXPECT_FALSE(ready);
  health.answer = kOk;
  ASSERT_TRUE(until_ready());
  EXPECT_EQ(ready->address, "127.0.0.1");
  EXPECT_EQ(ready->port, health.port());
}

TEST_F(ProberTest, LocalhostIsV4ThenV6) {
  std::optional<FakeHealth> health;
  try {
    health.emplace(io, "::1");
  } catch (const boost::system::system_error&) {
    GTEST_SKIP() << "no IPv6 here";
  }
  health->answer = kOk;
  probe("localhost", health->port());
  ASSERT_TRUE(until_ready());
  EXPECT_EQ(ready->address, "::1");
}

TEST_F(ProberTest, AHangCostsOnlyItsOwnDeadline) {
  FakeHealth health(io, "127.0.0.1");
  health.answer = "";
  probe("127.0.0.1", health.port());
  ASSERT_TRUE(run_until([&] { return health.asked == 1; }));
  health.answer = kOk;
  const TimePoint began = steady_now();
  ASSERT_TRUE(until_ready());
  EXPECT_LT(steady_now() - began, 4s);
  EXPECT_EQ(health.asked, 2);
}

TEST_F(ProberTest, EndlessHeadsAreNoAnswer) {
  FakeHealth health(io, "127.0.0.1");
  health.answer = "HTTP/1.1 100 Continue\r\nX: " + std::string(40000, 'x');
  probe("127.0.0.1", health.port());
  ASSERT_TRUE(run_until([&] { return health.asked >= 3; }));
  EXPECT_FALSE(ready);
}

TEST_F(ProberTest, AnEmptyPathAsksNobody) {
  spec.check_path = "";
  probe("localhost", 1);
  EXPECT_FALSE(ready) << "not from the constructor";
  ASSERT_TRUE(until_ready());
  EXPECT_EQ(ready->address, "127.0.0.1");
}

TEST_F(ProberTest, StopsWhenDestroyed) {
  FakeHealth health(io, "127.0.0.1");
  probe("127.0.0.1", health.port());
  ASSERT_TRUE(run_until([&] { return health.asked >= 1; }));
  prober.reset();
  health.answer = kOk;
  io.run_for(20ms);
  EXPECT_FALSE(ready);
}

// The machine that runs the tests may be busy, so the best of a few counts: a systematic delay shows in all.
TEST_F(ProberTest, NoticesAFastLoadWithin15Ms) {
  for (const Duration load : {50ms, 450ms}) {
    Duration best = 1h;
    for (int round = 0; round < 4; ++round) best = std::min(best, notice_after(load));
    EXPECT_LE(best, Duration(15ms));
  }
}

TEST_F(ProberTest, NoticesASlowLoadWithinTheIntervalAnd10Ms) {
  Duration best = 1h;
  for (int round = 0; round < 3; ++round) best = std::min(best, notice_after(1s));
  EXPECT_LE(best, Duration(probe_interval(1s) + 10ms));
}

}  // namespace
}  // namespace paddock::process
