// BodyFile: a temporary file without a name for the part of a body that does not stay in memory. Nobody else
// can open it, and it is gone with its last descriptor, whatever becomes of the daemon.
//
// It lies in $TMPDIR, else in /var/tmp, else in /tmp. Reading and writing block for as long as the page cache
// takes. Move-only; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "paddock/base/unique_fd.h"

namespace paddock::http {

class BodyFile {
 public:
  // Of an open(), write() or read() that failed.
  struct Failure {
    bool full = false;  // the disk, or what this user may have of it
    std::string what;   // a sentence; empty: there was none
  };

  // Opens it, once.
  bool open();
  bool is_open() const { return static_cast<bool>(fd_); }
  bool append(std::string_view bytes);
  // At most `size` bytes from `offset` on; 0 if that failed or is behind the end.
  std::size_t read(std::uint64_t offset, char* to, std::size_t size) const;
  std::uint64_t size() const { return size_; }
  const Failure& failure() const { return failure_; }

 private:
  bool fail(const std::string& doing, int error);

  UniqueFd fd_;
  std::uint64_t size_ = 0;
  std::string folder_;
  Failure failure_;
};

}  // namespace paddock::http
