#include "tests/support/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace paddock::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using File = std::unique_ptr<FILE, decltype(&std::fclose)>;

void must(bool ok) {
  if (!ok) throw std::runtime_error("cannot make a certificate");
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  must(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

Certificate make_certificate(EVP_PKEY* key, const std::string& name) {
  static long serial = 1;
  Certificate certificate(X509_new(), &X509_free);
  X509* const x509 = certificate.get();
  X509_set_version(x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++);
  X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x509), 86400);
  X509_set_pubkey(x509, key);
  X509_NAME* const subject = X509_get_subject_name(x509);
  const auto* const bytes = reinterpret_cast<const unsigned char*>(name.c_str());
  must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, bytes, -1, -1, 0) == 1);
  X509_set_issuer_name(x509, subject);
  add_extension(x509, NID_subject_alt_name, "DNS:" + name + ",IP:127.0.0.1");
  add_extension(x509, NID_basic_constraints, "critical,CA:TRUE");
  must(X509_sign(x509, key, EVP_sha256()) > 0);
  return certificate;
}

File open_file(const std::string& path) {
  File file(std::fopen(path.c_str(), "w"), &std::fclose);
  must(file != nullptr);
  ::chmod(path.c_str(), 0600);
  return file;
}

}  // namespace

CertificateFiles write_certificate(const std::string& folder, const std::string& name) {
  const CertificateFiles files{folder + "/" + name + ".crt", folder + "/" + name + ".key"};
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  must(key != nullptr);
  const Certificate certificate = make_certificate(key.get(), name);
  must(PEM_write_X509(open_file(files.certificate).get(), certificate.get()) == 1);
  must(PEM_write_PrivateKey(open_file(files.key).get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
       1);
  return files;
}

}  // namespace paddock::test
