// https, where cpp-httplib was built with TLS.
#include <httplib.h>

#include <gtest/gtest.h>

#include "paddock/client/client.h"

#ifdef CPPHTTPLIB_OPENSSL_SUPPORT

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <memory>

#include "tests/support/temp_dir.h"
#include "tests/unit/client/fake_daemon.h"

namespace paddock::client {
namespace {

// A key and a certificate for 127.0.0.1 that it signed itself.
class Certificate {
 public:
  Certificate() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), certificate_(X509_new(), X509_free) {
    X509* made = certificate_.get();
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -60);
    X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(made, X509_get_subject_name(made));
    X509_set_pubkey(made, key_.get());
    X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(made, names, -1);
    X509_EXTENSION_free(names);
    EXPECT_NE(X509_sign(made, key_.get(), EVP_sha256()), 0);
  }

  std::unique_ptr<httplib::Server> server() const {
    return std::make_unique<httplib::SSLServer>(certificate_.get(), key_.get());
  }
  void write(const std::string& path) const {
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "w"), std::fclose);
    EXPECT_EQ(PEM_write_X509(file.get(), certificate_.get()), 1);
  }

 private:
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::unique_ptr<X509, void (*)(X509*)> certificate_;
};

TEST(ClientTls, OnlyWhatTheMachineTrusts) {
  const test::TempDir dir;
  const Certificate certificate;
  const FakeDaemon daemon(certificate.server(), "https", [](httplib::Response& response) {
    response.set_content("{}", "application/json");
  });
  const auto address = parse_address(daemon.url());
  ASSERT_TRUE(address) << address.error().sentence;
  const Client client(*address, "k");

  const auto unknown = client.get("/x");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().sentence.find("its certificate is not one that this machine trusts"),
            std::string::npos)
      << unknown.error().sentence;
  EXPECT_EQ(daemon.asked().target, "");

  certificate.write(dir.path("trusted.pem"));
  ::setenv("SSL_CERT_FILE", dir.path("trusted.pem").c_str(), 1);
  const auto trusted = client.get("/x");
  ::unsetenv("SSL_CERT_FILE");
  ASSERT_TRUE(trusted) << trusted.error().sentence;
  EXPECT_EQ(daemon.asked().header("Authorization"), "Bearer k");
}

}  // namespace
}  // namespace paddock::client

#else

namespace paddock::client {
namespace {

TEST(ClientTls, IsSaidToBeMissing) {
  const auto address = parse_address("https://box");
  ASSERT_FALSE(address);
  EXPECT_NE(address.error().sentence.find("built without TLS; use http://"), std::string::npos);
}

}  // namespace
}  // namespace paddock::client

#endif
