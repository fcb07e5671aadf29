#include "tls_files.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <vector>

#include "tests/support/certificate.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace paddock::app {
namespace {

using test::write_certificate;

struct TlsFilesTest : testing::Test {
  TlsFilesTest() { install(first); }

  void install(const test::CertificateFiles& files) const {
    copy(files.certificate, choice.certificate);
    copy(files.key, choice.key);
  }
  static void copy(const std::string& from, const std::string& to) {
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
  }
  TlsFiles make() {
    return TlsFiles(control, choice, [this](const Identity& identity) { accepted.push_back(identity); });
  }
  template <class Done>
  bool until(Done done) {
    return test::eventually([&] {
      control.restart();
      control.run_for(std::chrono::milliseconds(1));
      return done();
    });
  }

  test::TempDir dir;
  test::CertificateFiles first = write_certificate(dir.path(""), "first");
  test::CertificateFiles second = write_certificate(dir.path(""), "second");
  const TlsChoice choice{dir.path("cert.pem"), dir.path("key.pem")};
  boost::asio::io_context control{1};
  std::vector<Identity> accepted;
};

TEST_F(TlsFilesTest, ReadWhenAsked) {
  TlsFiles files = make();
  files.reload("test");
  EXPECT_TRUE(until([this] { return accepted.size() == 1; }));
  EXPECT_NE(accepted[0], nullptr);
}

TEST_F(TlsFilesTest, AWatchSeesThatBothWereReplaced) {
  TlsFiles files = make();
  files.watch(std::chrono::milliseconds(5));
  install(second);
  EXPECT_TRUE(until([this] { return accepted.size() == 1; }));
}

TEST_F(TlsFilesTest, WithoutFilesNothingHappens) {
  EXPECT_EQ(*load_identity({}), nullptr);
  TlsFiles files(control, {}, [this](const Identity& identity) { accepted.push_back(identity); });
  files.watch(std::chrono::milliseconds(1));
  files.reload("test");
  EXPECT_EQ(control.poll(), 0u);
  EXPECT_TRUE(accepted.empty());
}

}  // namespace
}  // namespace paddock::app
