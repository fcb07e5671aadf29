#include "body_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <vector>

namespace paddock::http {

namespace {

std::vector<std::string> folders() {
  const char* const chosen = std::getenv("TMPDIR");
  if (chosen != nullptr && *chosen != '\0') return {chosen};
  return {"/var/tmp", "/tmp"};
}

// Not all file systems know files that never had a name.
int open_and_unlink(const std::string& folder) {
  std::string path = folder + "/paddock-body-XXXXXX";
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);
  if (fd >= 0) ::unlink(path.c_str());
  return fd;
}

int open_in(const std::string& folder) {
  constexpr mode_t kOwner = S_IRUSR | S_IWUSR;
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, kOwner);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return fd;
  return open_and_unlink(folder);
}

}  // namespace

bool BodyFile::fail(const std::string& doing, int error) {
  failure_.full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  failure_.what = "this body needs a temporary file, and " + doing + " in " + folder_ +
                  " failed: " + std::system_category().message(error);
  return false;
}

bool BodyFile::open() {
  for (const std::string& folder : folders()) {
    folder_ = folder;
    fd_ = UniqueFd(open_in(folder));
    if (fd_) return true;
  }
  return fail("opening one", errno);
}

bool BodyFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return fail("writing it", errno);
    size_ += static_cast<std::uint64_t>(wrote);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return true;
}

std::size_t BodyFile::read(std::uint64_t offset, char* to, std::size_t size) const {
  while (true) {
    const ssize_t got = ::pread(fd_.get(), to, size, static_cast<off_t>(offset));
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return 0;
  }
}

}  // namespace paddock::http
