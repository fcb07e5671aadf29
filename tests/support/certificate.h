// Certificates for tests: self-signed, for one name and 127.0.0.1, valid now.
#pragma once

#include <string>

namespace paddock::test {

struct CertificateFiles {
  std::string certificate;  // paths
  std::string key;
};

// Writes NAME.crt and NAME.key into `folder`, for the host `name`. Throws where that fails.
CertificateFiles write_certificate(const std::string& folder, const std::string& name);

}  // namespace paddock::test
