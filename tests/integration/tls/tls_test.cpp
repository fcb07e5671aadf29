// The listener speaks https where it has a certificate, and takes a renewed one without a restart.
#include <signal.h>

#include <filesystem>

#include "tests/integration/scenario.h"
#include "tests/support/certificate.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tls_client.h"

namespace paddock::test {
namespace {

namespace fs = std::filesystem;

struct Tls : testing::Test {
  Tls() : first(write_certificate(dir.path(""), "first")), second(write_certificate(dir.path(""), "second")) {
    install(first);
  }

  // Where the daemon looks.
  void install(const CertificateFiles& files) const {
    copy(files.certificate, dir.path("cert.pem"));
    copy(files.key, dir.path("key.pem"));
  }
  static void copy(const std::string& from, const std::string& to) {
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
  }
  void start(std::vector<std::string> more = {}, const std::string& config = two_models()) {
    more.insert(more.end(), {"-tls-cert-file", dir.path("cert.pem"), "-tls-key-file", dir.path("key.pem")});
    daemon.emplace(config, TestDaemon::Options{more, {}});
  }
  // Whose certificate a new client is shown.
  std::string shown() const {
    const std::string both = read_file(first.certificate) + read_file(second.certificate);
    write_file(dir.path("both.pem"), both);
    return TlsClient(daemon->port(), dir.path("both.pem")).peer_name();
  }

  TempDir dir;
  const CertificateFiles first, second;
  std::optional<TestDaemon> daemon;
};

TEST_F(Tls, RequestsAreServed) {
  start();
  EXPECT_NE(daemon->output().find("listening on https://"), std::string::npos);
  TlsClient client(daemon->port(), first.certificate, "http/1.1");
  EXPECT_EQ(client.alpn(), "http/1.1");
  for (int i = 0; i < 2; ++i) {
    client.send(chat_request("a", {{"mode", "chunked"}, {"pieces", {"one", "two"}}}));
    EXPECT_NE(client.read_until("0\r\n\r\n").find("3\r\none\r\n3\r\ntwo\r\n"), std::string::npos);
  }
}

// Another paddock as a peer, found by its certificate.
TEST_F(Tls, APeerOverHttpsServesWhoTrustsIt) {
  start();
  const std::string front =
      config_with({{"mine"}}, "peers: {box: {proxy: 'https://127.0.0.1:" + std::to_string(daemon->port()) +
                                  "', models: [a]}}");
  {
    TestDaemon trusting(front, {{}, {"SSL_CERT_FILE=" + first.certificate}});
    EXPECT_EQ(chat(trusting.port(), "a").status(), 200);
    EXPECT_EQ(chat(trusting.port(), "a", {{"mode", "chunked"}, {"pieces", {"one", "two"}}}).body.bytes,
              "onetwo");
    EXPECT_EQ(daemon->records().count("request", "a"), 2u);
  }
  TestDaemon doubting(front, {{}, {"SSL_CERT_FILE=" + second.certificate}});
  const Response refused = chat(doubting.port(), "a");
  EXPECT_EQ(refused.status(), 502);
  EXPECT_NE(refused.error_message().find("certificate is not accepted"), std::string::npos)
      << refused.error_message();
  EXPECT_EQ(daemon->records().count("request", "a"), 2u);
}

TEST_F(Tls, LargeBodiesPassBothWays) {
  start();
  TlsClient client(daemon->port(), first.certificate);
  const std::string body(3 << 20, 'b');
  client.send(make_request("POST", "/upstream/a/echo", body, {{"Connection", "close"}}));
  bool announced = false;
  const std::string answer = client.read_to_end(announced);
  EXPECT_TRUE(announced);
  EXPECT_NE(answer.find("HTTP/1.1 200"), std::string::npos) << answer.substr(0, 500);
  EXPECT_EQ(daemon->records().of("request", "a").back()["size"], body.size());
}

TEST_F(Tls, AStreamComesPieceByPieceAndAClientThatLeavesIsNoticed) {
  start();
  TlsClient client(daemon->port(), first.certificate);
  client.send(chat_request("a", held_stream("g")));
  client.read_until("first");
  {
    TlsClient leaver(daemon->port(), first.certificate);
    leaver.send(chat_request("a", held_stream("never")));
    leaver.read_until("first");
  }
  EXPECT_TRUE(eventually([&] { return !daemon->records().of("client_gone", "a").empty(); }));
  daemon->release("a", "g");
  client.read_until("second");
}

// To an old client the end of the connection is the end of the body: it must be said, or be no end.
TEST_F(Tls, TheEndOfABodyWithoutFramingIsSaid) {
  start();
  const auto ask_old = [&](const Json& script, bool& announced) {
    TlsClient client(daemon->port(), first.certificate);
    const std::string body = chat_body("a", script);
    client.send("POST /v1/chat/completions HTTP/1.0\r\nHost: localhost\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.read_to_end(announced);
  };
  bool announced = false;
  EXPECT_NE(ask_old({{"mode", "chunked"}, {"pieces", {"whole"}}}, announced).find("whole"),
            std::string::npos);
  EXPECT_TRUE(announced);
  ask_old({{"mode", "chunked"}, {"pieces", {"half", "rest"}}, {"close_after_pieces", 1}}, announced);
  EXPECT_FALSE(announced);
}

TEST_F(Tls, APlainRequestIsToldSo) {
  start();
  const Response answer = get(daemon->port(), "/health");
  EXPECT_EQ(answer.status(), 400);
  EXPECT_EQ(answer.error_code(), "tls_required");
}

TEST_F(Tls, OtherProtocolsThanHttp11AreRefused) {
  start();
  EXPECT_THROW(TlsClient(daemon->port(), first.certificate, "h2"), std::runtime_error);
}

TEST_F(Tls, ClientsThatSayNothingAreInNobodysWay) {
  start();
  std::vector<std::unique_ptr<RawClient>> silent;
  for (int i = 0; i < 8; ++i) silent.push_back(std::make_unique<RawClient>(daemon->port()));
  silent.back()->send("\x16\x03\x01");
  EXPECT_EQ(shown(), "first");
  EXPECT_EQ(daemon->stop(), 0);
}

TEST_F(Tls, AHangupBringsTheRenewedCertificate) {
  start();
  TlsClient before(daemon->port(), first.certificate);
  EXPECT_EQ(shown(), "first");
  install(second);
  ::kill(daemon->process().pid(), SIGHUP);
  EXPECT_TRUE(eventually([&] { return shown() == "second"; }));
  before.send(make_request("GET", "/health"));
  before.read_until("200");
}

TEST_F(Tls, AWatchedPairIsTakenWhenItFits) {
  start({"-watch-config"});
  copy(second.certificate, dir.path("cert.pem"));
  EXPECT_TRUE(eventually([&] { return daemon->output().find("does not belong to") != std::string::npos; }));
  EXPECT_EQ(shown(), "first");
  copy(second.key, dir.path("key.pem"));
  EXPECT_TRUE(eventually([&] { return shown() == "second"; }));
}

// Standard error of a daemon that does not start.
std::string why_not(const TempDir& dir, const std::string& certificate, const std::string& key) {
  write_file(dir.path("none.yaml"), "models: {}");
  Child child({paddock_program(), "--config", dir.path("none.yaml"), "--listen", "127.0.0.1:0",
               "--tls-cert-file", certificate, "--tls-key-file", key});
  EXPECT_NE(child.wait(), 0);
  EXPECT_TRUE(eventually([&] { return child.output().find("paddock: ") != std::string::npos; }));
  return child.output();
}

TEST_F(Tls, WhatIsWrongWithAPairIsSaid) {
  const std::string missing = dir.path("missing.pem");
  const std::string no_file = why_not(dir, missing, first.key);
  EXPECT_NE(no_file.find(missing), std::string::npos) << no_file;
  EXPECT_NE(no_file.find("No such file"), std::string::npos) << no_file;
  const std::string mixed = why_not(dir, first.certificate, second.key);
  EXPECT_NE(mixed.find("does not belong to the certificate `" + first.certificate), std::string::npos)
      << mixed;
  const std::string no_key = why_not(dir, first.certificate, first.certificate);
  EXPECT_NE(no_key.find("is no private key"), std::string::npos) << no_key;
}

}  // namespace
}  // namespace paddock::test
