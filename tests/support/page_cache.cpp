#include "tests/support/page_cache.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "paddock/base/unique_fd.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace paddock::test {

UncachedFile::UncachedFile(std::size_t size, const std::string& ending)
    : path_(std::string(PADDOCK_BUILD_DIR) + "/uncached-XXXXXX" + ending) {
  const UniqueFd file(::mkstemps(path_.data(), static_cast<int>(ending.size())));
  if (!file) throw std::runtime_error("cannot make " + path_);
  write_file(path_, std::string(size, 'w'));
  const bool is_gone = eventually([&] {
    ::fsync(file.get());
    ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
    return cached_part() < 0.01;
  });
  if (is_gone) return;
  ::unlink(path_.c_str());
  throw std::runtime_error(path_ + " stays in memory; the build folder must be on a disk");
}

UncachedFile::~UncachedFile() { ::unlink(path_.c_str()); }

double UncachedFile::cached_part() const {
  const UniqueFd file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts {};
  if (!file || ::fstat(file.get(), &facts) != 0) throw std::runtime_error("no file " + path_);
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* const place = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (place == MAP_FAILED) throw std::runtime_error("cannot map " + path_);
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages((size + page - 1) / page);
  const int error = ::mincore(place, size, pages.data());
  ::munmap(place, size);
  if (error != 0) throw std::runtime_error("mincore fails for " + path_);
  const auto is_there = [](unsigned char flags) { return (flags & 1) != 0; };
  return static_cast<double>(std::count_if(pages.begin(), pages.end(), is_there)) /
         static_cast<double>(pages.size());
}

}  // namespace paddock::test
