// UncachedFile: a file of ours whose bytes are on the disk only, to see what reads them into the page cache.
// It lies in the build folder, which must be on a disk: a file system of memory forgets nothing. Goes with
// the object. One thread.
#pragma once

#include <cstddef>
#include <string>

namespace paddock::test {

class UncachedFile {
 public:
  // `ending`: of its name. Throws if the bytes stay in memory.
  explicit UncachedFile(std::size_t size, const std::string& ending = {});
  ~UncachedFile();
  UncachedFile(const UncachedFile&) = delete;
  UncachedFile& operator=(const UncachedFile&) = delete;

  const std::string& path() const { return path_; }
  // How much of it is in the page cache, from 0 to 1.
  double cached_part() const;

 private:
  std::string path_;
};

}  // namespace paddock::test
