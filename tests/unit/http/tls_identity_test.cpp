#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "paddock/http/tls.h"
#include "tests/support/certificate.h"
#include "tests/support/temp_dir.h"

namespace paddock::http {
namespace {

using paddock::test::write_certificate;
using testing::HasSubstr;

struct TlsIdentityTest : testing::Test {
  static std::string wrong(const std::string& certificate, const std::string& key) {
    const auto identity = TlsIdentity::load(certificate, key);
    return identity ? "" : identity.error();
  }

  paddock::test::TempDir dir;
  paddock::test::CertificateFiles one = write_certificate(dir.path(""), "one");
  paddock::test::CertificateFiles two = write_certificate(dir.path(""), "two");
};

TEST_F(TlsIdentityTest, APairThatFitsIsTaken) { EXPECT_EQ(wrong(one.certificate, one.key), ""); }

TEST_F(TlsIdentityTest, AMissingFileIsNamed) {
  EXPECT_EQ(wrong("/none.crt", one.key),
            "the certificate `/none.crt` (--tls-cert-file) cannot be read: No such file or directory");
  EXPECT_EQ(wrong(one.certificate, "/none.key"),
            "the private key `/none.key` (--tls-key-file) cannot be read: No such file or directory");
}

TEST_F(TlsIdentityTest, APairThatDoesNotFitIsNamed) {
  EXPECT_EQ(wrong(one.certificate, two.key), "the private key `" + two.key +
                                                 "` (--tls-key-file) does not belong to the certificate `" +
                                                 one.certificate + "`");
}

TEST_F(TlsIdentityTest, SomethingElseIsNoCertificateAndNoKey) {
  EXPECT_THAT(wrong(one.key, one.key), HasSubstr("is no certificate in PEM form"));
  EXPECT_THAT(wrong(one.certificate, one.certificate), HasSubstr("is no private key in PEM form"));
}

}  // namespace
}  // namespace paddock::http
