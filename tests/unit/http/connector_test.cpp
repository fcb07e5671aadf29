#include "connector.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>

#include <array>
#include <cstdlib>
#include <vector>

#include <boost/asio/ip/address_v6.hpp>

#include "loopback.h"
#include "paddock/http/tls.h"
#include "paddock/router/router.h"
#include "tests/support/certificate.h"
#include "tests/support/temp_dir.h"
#include "worker.h"

namespace paddock::http {
namespace {

using namespace std::chrono_literals;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using Connected = std::unique_ptr<UpstreamConnection>;

// Nobody asks this router anything.
router::Router& no_router() {
  alignas(router::Router) static std::array<std::byte, sizeof(router::Router)> room;
  return *reinterpret_cast<router::Router*>(room.data());
}

// The only certificate that this program trusts; it is read once.
const paddock::test::CertificateFiles& trusted() {
  static const paddock::test::TempDir dir;
  static const auto files = paddock::test::write_certificate(dir.path(""), "localhost");
  ::setenv("SSL_CERT_FILE", files.certificate.c_str(), 1);
  return files;
}

struct ConnectorTest : testing::Test {
  ConnectorTest()
      : client(test::connect_pair(worker.context())),
        link(std::make_shared<ClientLink>(std::move(client.near), std::weak_ptr<void>(), 1024)) {
    ::signal(SIGPIPE, SIG_IGN);
    ::unsetenv("SSL_CERT_DIR");
    trusted();
  }

  // A server that greets with this certificate; without one it says nothing.
  int serve(const paddock::test::CertificateFiles& files, const asio::ip::address& address) {
    if (!files.key.empty()) identity = *TlsIdentity::load(files.certificate, files.key);
    error_code error;
    acceptor.open(tcp::endpoint(address, 0).protocol(), error);
    if (!error) acceptor.bind({address, 0}, error);
    if (!error) acceptor.listen(1, error);
    if (error) return 0;
    acceptor.async_accept(server.tcp(), [this](error_code failed) {
      if (!failed && identity)
        greeting = test::begin(worker.context(), server.secure_as_server(identity->context()));
    });
    return acceptor.local_endpoint().port();
  }
  int serve(const paddock::test::CertificateFiles& files) {
    return serve(files, asio::ip::address_v4::loopback());
  }

  void connect(const std::string& host, int port, bool tls = true) {
    upstream =
        std::make_shared<router::Upstream>(ModelId("m"), Generation{1}, host, port, host, "", UniqueFd());
    if (tls) upstream->use_tls();
    connector.emplace(worker, *link, *upstream, timeouts);
    connecting = test::begin(worker.context(), connector->run());
  }
  Connected finish() {
    const bool over = test::run_until(worker.context(), [this] { return test::is_ready(connecting); });
    if (over) return connecting.get();
    ADD_FAILURE() << "no end within the deadline";
    return nullptr;
  }

  // That it still waits after one time and has given up after the other.
  void expect_patience(Duration waits, Duration over, const std::string& key) {
    test::settle(worker.context());
    link->check(steady_now() + waits);
    test::settle(worker.context());
    EXPECT_FALSE(test::is_ready(connecting));
    link->check(steady_now() + over);
    EXPECT_FALSE(finish());
    EXPECT_EQ(connector->why(), "no answer in time (" + key + ")");
  }

  paddock::test::TempDir dir;
  Shared shared{ServerOptions(), {}, RouteTable(), no_router(), {}, [] {}};
  InFlight in_flight{1};
  Worker worker{shared, in_flight.table(0)};
  test::Pair client;
  std::shared_ptr<ClientLink> link;
  Acceptor acceptor{worker.context()};
  Stream server{worker.context()};
  std::shared_ptr<const TlsIdentity> identity;
  std::future<error_code> greeting;
  std::shared_ptr<router::Upstream> upstream;
  config::Timeouts timeouts;
  std::optional<Connector> connector;
  std::future<Connected> connecting;
};

TEST_F(ConnectorTest, ATrustedCertificateForTheNameIsAccepted) {
  connect("localhost", serve(trusted()));
  const Connected connection = finish();
  ASSERT_TRUE(connection) << connector->why();
  EXPECT_TRUE(connection->socket.secure());
}

TEST_F(ConnectorTest, PlainStaysPlain) {
  connect("127.0.0.1", serve({}), false);
  const Connected connection = finish();
  ASSERT_TRUE(connection) << connector->why();
  EXPECT_FALSE(connection->socket.secure());
}

TEST_F(ConnectorTest, ACertificateThatIsNotTrustedIsNamed) {
  connect("localhost", serve(paddock::test::write_certificate(dir.path(""), "localhost")));
  EXPECT_FALSE(finish());
  EXPECT_EQ(connector->why().rfind("its certificate is not accepted for `localhost`: ", 0), 0u)
      << connector->why();
}

TEST_F(ConnectorTest, TheNextAddressOfANameIsTried) {
  const int port = serve(trusted(), asio::ip::address_v6::loopback());
  if (port == 0) GTEST_SKIP() << "no IPv6 here";
  connect("localhost", port);
  EXPECT_TRUE(finish()) << connector->why();
}

TEST_F(ConnectorTest, AnAbortEndsAHandshake) {
  connect("localhost", serve({}));
  EXPECT_TRUE(test::run_until(worker.context(), [this] { return server.is_open(); }));
  connector->abort();
  EXPECT_FALSE(finish());
}

TEST_F(ConnectorTest, ARefusalIsSaid) {
  const int port = serve({});
  acceptor.close();
  connect("127.0.0.1", port);
  EXPECT_FALSE(finish());
  EXPECT_EQ(connector->why(), "Connection refused");
}

// The kernel answers nobody whose turn it is not: the queue is full.
TEST_F(ConnectorTest, TheWayTakesNoLongerThanTimeoutsConnect) {
  const int port = serve({});
  acceptor.cancel();
  const tcp::endpoint there(asio::ip::address_v4::loopback(), static_cast<unsigned short>(port));
  std::vector<UniqueFd> crowd;
  for (int i = 0; i < 4; ++i) {
    crowd.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    ::connect(crowd.back().get(), there.data(), there.size());
  }
  timeouts.connect = 7s;
  connect("127.0.0.1", port);
  expect_patience(6s, 8s, "timeouts.connect");
}

TEST_F(ConnectorTest, AHandshakeTakesNoLongerThanTimeoutsTlsHandshake) {
  timeouts.tls_handshake = 3s;
  connect("127.0.0.1", serve({}));
  ASSERT_TRUE(test::run_until(worker.context(), [this] { return server.is_open(); }));
  expect_patience(2s, 4s, "timeouts.tlsHandshake");
}

TEST_F(ConnectorTest, TheKernelLooksForDeadPeersAsKeepaliveSays) {
  const auto option = [](const UpstreamConnection& connection, int level, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    ::getsockopt(const_cast<UpstreamConnection&>(connection).socket.tcp().native_handle(), level, name,
                 &value, &size);
    return value;
  };
  timeouts.keepalive = 17s;
  connect("127.0.0.1", serve({}), false);
  const Connected watched = finish();
  ASSERT_TRUE(watched);
  EXPECT_EQ(option(*watched, SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(*watched, IPPROTO_TCP, TCP_KEEPIDLE), 17);
  EXPECT_EQ(option(*watched, IPPROTO_TCP, TCP_KEEPINTVL), 17);
  acceptor.close();
  timeouts.keepalive = 0s;
  connect("127.0.0.1", serve({}), false);
  const Connected unwatched = finish();
  ASSERT_TRUE(unwatched);
  EXPECT_EQ(option(*unwatched, SOL_SOCKET, SO_KEEPALIVE), 0);
}

}  // namespace
}  // namespace paddock::http
