#include "stream.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <signal.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "loopback.h"
#include "paddock/http/tls.h"
#include "tests/support/certificate.h"
#include "tests/support/temp_dir.h"
#include "tls_context.h"

namespace paddock::http {
namespace {

using Bytes = std::vector<char>;

struct Got {
  error_code error;
  std::size_t bytes = 0;
};

Task<Got> write(Stream& stream, std::string_view text) {
  const auto bytes = asio::buffer(text.data(), text.size());
  const auto [error, sent] = co_await asio::async_write(stream, bytes, kToken);
  co_return Got{error, sent};
}

Task<Got> write_pieces(Stream& stream, std::string_view first, std::string_view second) {
  const std::array<asio::const_buffer, 3> pieces{asio::buffer(first), asio::const_buffer(),
                                                 asio::buffer(second)};
  const auto [error, sent] = co_await asio::async_write(stream, pieces, kToken);
  co_return Got{error, sent};
}

Task<Got> read_all(Stream& stream, Bytes& into) {
  const auto space = asio::buffer(into);
  const auto [error, got] = co_await asio::async_read(stream, space, kToken);
  co_return Got{error, got};
}

Task<Got> read_some(Stream& stream, Bytes& into) {
  const auto space = asio::buffer(into);
  const auto [error, got] = co_await stream.async_read_some(space, kToken);
  co_return Got{error, got};
}

struct StreamTest : testing::Test {
  StreamTest() {
    ::signal(SIGPIPE, SIG_IGN);
    asio::basic_socket_acceptor<tcp, Executor> acceptor(context,
                                                        tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    client.tcp().connect(acceptor.local_endpoint());
    server.tcp() = acceptor.accept();
  }

  template <class T>
  T finish(std::future<T> future) {
    if (test::run_until(context, [&] { return test::is_ready(future); })) return future.get();
    ADD_FAILURE() << "nothing came within the deadline";
    return T();
  }
  template <class T>
  T finish(Task<T> task) {
    return finish(test::begin(context, std::move(task)));
  }

  asio::io_context context{1};
  Stream client{context}, server{context};
  Bytes space = Bytes(64 << 10);
};

struct TlsStreamTest : StreamTest {
  TlsStreamTest()
      : files(paddock::test::write_certificate(dir.path(""), "model.example")),
        identity(*TlsIdentity::load(files.certificate, files.key)),
        trust(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free) {
    set_tls_defaults(trust.get());
    SSL_CTX_set_verify(trust.get(), SSL_VERIFY_PEER, nullptr);
  }

  // The client's error.
  error_code greet(const std::string& host = "model.example", bool trusted = true) {
    if (trusted) SSL_CTX_load_verify_locations(trust.get(), files.certificate.c_str(), nullptr);
    auto accepting = test::begin(context, server.secure_as_server(identity->context()));
    const error_code error = finish(client.secure_as_client(trust.get(), host));
    if (error) close_quietly(client);
    accept_error = finish(std::move(accepting));
    return error;
  }

  paddock::test::TempDir dir;
  paddock::test::CertificateFiles files;
  std::shared_ptr<const TlsIdentity> identity;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> trust;
  error_code accept_error;
};

TEST_F(StreamTest, PlainBytesPassAndTheEndIsAnEnd) {
  EXPECT_EQ(finish(write(client, "hello")).bytes, 5u);
  EXPECT_EQ(finish(read_some(server, space)).bytes, 5u);
  EXPECT_TRUE(server.quiet());
  close_orderly(client);
  EXPECT_EQ(finish(read_some(server, space)).error, asio::error::eof);
  EXPECT_FALSE(server.quiet());
}

TEST_F(TlsStreamTest, BytesPassBothWaysAtOnce) {
  ASSERT_EQ(greet(), error_code());
  const std::string up(1 << 20, 'u'), down(1 << 20, 'd');
  Bytes at_server(up.size()), at_client(down.size());
  auto one = test::begin(context, write(client, up));
  auto two = test::begin(context, write(server, down));
  auto three = test::begin(context, read_all(server, at_server));
  EXPECT_EQ(finish(read_all(client, at_client)).bytes, down.size());
  EXPECT_EQ(finish(std::move(three)).bytes, up.size());
  EXPECT_FALSE(finish(std::move(one)).error);
  EXPECT_FALSE(finish(std::move(two)).error);
  EXPECT_EQ(std::string(at_server.begin(), at_server.end()), up);
  EXPECT_EQ(std::string(at_client.begin(), at_client.end()), down);
}

TEST_F(TlsStreamTest, SmallPiecesTravelTogether) {
  ASSERT_EQ(greet(), error_code());
  ASSERT_EQ(finish(write_pieces(client, "5\r\n", "hello")).bytes, 8u);
  EXPECT_EQ(finish(read_some(server, space)).bytes, 8u);
}

TEST_F(TlsStreamTest, AnAnnouncedEndIsAnEnd) {
  ASSERT_EQ(greet(), error_code());
  close_orderly(client);
  EXPECT_EQ(finish(read_some(server, space)).error, asio::error::eof);
}

TEST_F(TlsStreamTest, AConnectionThatIsCutHasNoEnd) {
  ASSERT_EQ(greet(), error_code());
  close_quietly(client);
  const Got got = finish(read_some(server, space));
  EXPECT_TRUE(got.error);
  EXPECT_NE(got.error, asio::error::eof);
}

TEST_F(TlsStreamTest, WhoHasEndedMayStillRead) {
  ASSERT_EQ(greet(), error_code());
  client.end_writing();
  EXPECT_EQ(finish(read_some(server, space)).error, asio::error::eof);
  EXPECT_EQ(finish(write(server, "late")).bytes, 4u);
  EXPECT_EQ(finish(read_some(client, space)).bytes, 4u);
}

TEST_F(TlsStreamTest, AReadIsEndedByClosing) {
  ASSERT_EQ(greet(), error_code());
  auto reading = test::begin(context, read_some(server, space));
  asio::post(context, [this] { close_quietly(server); });
  EXPECT_EQ(finish(std::move(reading)).error, asio::error::operation_aborted);
}

TEST_F(TlsStreamTest, QuietUntilThereIsSomethingToRead) {
  ASSERT_EQ(greet(), error_code());
  // What TLS says for itself after the handshake is nothing to read.
  EXPECT_TRUE(client.quiet());
  EXPECT_TRUE(server.quiet());
  ASSERT_EQ(finish(write(server, "unasked")).bytes, 7u);
  EXPECT_TRUE(test::run_until(context, [this] { return !client.quiet(); }));
  EXPECT_EQ(finish(read_some(client, space)).bytes, 7u);
  close_orderly(server);
  EXPECT_TRUE(test::run_until(context, [this] { return !client.quiet(); }));
}

TEST_F(TlsStreamTest, ACertificateForAnotherNameIsRefused) {
  EXPECT_TRUE(greet("other.example"));
  EXPECT_NE(client.refused_certificate().find("ostname mismatch"), std::string::npos)
      << client.refused_certificate();
  EXPECT_TRUE(accept_error);
}

TEST_F(TlsStreamTest, AnAddressIsAName) { EXPECT_EQ(greet("127.0.0.1"), error_code()); }

TEST_F(TlsStreamTest, ACertificateThatNobodyVouchesForIsRefused) {
  EXPECT_TRUE(greet("model.example", false));
  EXPECT_NE(client.refused_certificate().find("self"), std::string::npos) << client.refused_certificate();
}

TEST_F(TlsStreamTest, PlainHttpIsRecognised) {
  auto accepting = test::begin(context, server.secure_as_server(identity->context()));
  ASSERT_GT(finish(write(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")).bytes, 0u);
  EXPECT_TRUE(TlsSession::is_plain_http(finish(std::move(accepting))));
}

}  // namespace
}  // namespace paddock::http
