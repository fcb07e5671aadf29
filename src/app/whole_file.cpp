#include "whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "paddock/base/unique_fd.h"

namespace paddock::app {

namespace {

namespace fs = std::filesystem;

std::string folder_of(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

const char* verb(FileStep step) {
  return step == FileStep::kFind || step == FileStep::kRead ? "read" : "written";
}

// A file that is complete and has no name of its own yet; goes with the object unless it got one.
class Fresh {
 public:
  Fresh(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  Fresh(Fresh&& other) noexcept : path_(std::exchange(other.path_, {})), fd_(std::move(other.fd_)) {}
  ~Fresh() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  int fd() const { return fd_.get(); }
  Result<void, FileFault> become(const std::string& name, const FileCalls& calls) {
    if (calls.rename(path_.c_str(), name.c_str()) != 0) {
      return file_fault(FileStep::kReplace, name, errno);
    }
    path_.clear();
    return {};
  }

 private:
  std::string path_;
  UniqueFd fd_;
};

// 0 or errno.
int give_rights(int fd, const struct stat& wanted) {
  struct stat now {};
  if (::fstat(fd, &now) != 0) return errno;
  const bool same = now.st_uid == wanted.st_uid && now.st_gid == wanted.st_gid;
  if (!same && ::fchown(fd, wanted.st_uid, wanted.st_gid) != 0) return errno;
  return ::fchmod(fd, wanted.st_mode & 07777) == 0 ? 0 : errno;
}

int write_all(int fd, const std::string& text, const FileCalls& calls) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t wrote = calls.write(fd, text.data() + done, text.size() - done);
    if (wrote < 0 && errno != EINTR) return errno;
    if (wrote == 0) return ENOSPC;
    if (wrote > 0) done += static_cast<std::size_t>(wrote);
  }
  return ::fsync(fd) == 0 ? 0 : errno;
}

// In the folder of `path`, with its rights, and on the disk.
Result<Fresh, FileFault> beside(const std::string& path, const struct stat& rights, const std::string& text,
                                const FileCalls& calls) {
  std::string name = folder_of(path) + "/." + fs::path(path).filename().string() + ".XXXXXX";
  UniqueFd fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd) return file_fault(FileStep::kCreate, path, errno);
  Fresh fresh(std::move(name), std::move(fd));
  if (const int error = give_rights(fresh.fd(), rights)) return file_fault(FileStep::kOwner, path, error);
  if (const int error = write_all(fresh.fd(), text, calls)) return file_fault(FileStep::kWrite, path, error);
  return fresh;
}

// Best effort: the new file is there whether or not a power cut could still undo it.
void sync_folder_of(const std::string& path) {
  const UniqueFd folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) ::fsync(folder.get());
}

}  // namespace

FileFault file_fault(FileStep step, const std::string& path, int error) {
  if (error == ENOENT && step == FileStep::kFind) return {path + " is not there"};
  if (error == EROFS) {
    return {path +
            " is on a file system that paddock may only read: mount the folder without `ro` (in a service of "
            "systemd: `ReadWritePaths=`), or change the file where it comes from"};
  }
  if (error == EBUSY && step == FileStep::kReplace) {
    return {path + " is mounted as a single file and cannot be replaced: mount the folder that it is in"};
  }
  if ((error == EACCES || error == EPERM) && step == FileStep::kOwner) {
    return {path +
            " belongs to another user or group, whose a new file cannot be made: give it to paddock's "
            "user"};
  }
  if ((error == EACCES || error == EPERM) && (step == FileStep::kCreate || step == FileStep::kReplace)) {
    return {"paddock's user may not write in the folder " + folder_of(path) +
            ", where a new file takes the place of " + path + ": give it the right to"};
  }
  if (error == ENOSPC || error == EDQUOT) return {"there is no room left for " + path + ": make some"};
  return {path + " could not be " + verb(step) + ": " + std::strerror(error)};
}

FileCalls FileCalls::real() {
  return {[](int fd, const void* bytes, std::size_t size) { return ::write(fd, bytes, size); },
          [](const char* from, const char* to) { return std::rename(from, to); }};
}

Result<std::string, FileFault> read_whole(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return file_fault(FileStep::kFind, path, errno);
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0) return file_fault(FileStep::kRead, path, errno);
  if (!S_ISREG(facts.st_mode)) return FileFault{path + " is no regular file"};
  std::string text;
  char block[4096];
  while (true) {
    const ssize_t got = ::read(file.get(), block, sizeof block);
    if (got == 0) return {boost::system::in_place_value, std::move(text)};
    if (got < 0 && errno != EINTR) return file_fault(FileStep::kRead, path, errno);
    if (got > 0) text.append(block, static_cast<std::size_t>(got));
    if (text.size() > kMostOfFile) return FileFault{path + " is longer than 8 MiB"};
  }
}

Result<void, FileFault> replace_whole(const std::string& path, const std::string& text,
                                      const std::string& before, const FileCalls& calls) {
  std::error_code unknown;
  const std::string real = fs::canonical(path, unknown).string();
  struct stat rights {};
  if (unknown || ::stat(real.c_str(), &rights) != 0) {
    return file_fault(FileStep::kFind, path, unknown ? unknown.value() : errno);
  }
  auto fresh = beside(real, rights, text, calls);
  if (!fresh) return fresh.error();
  auto copy = beside(real, rights, before, calls);
  if (!copy) return copy.error();
  if (auto kept = copy->become(real + ".bak", calls); !kept) return kept.error();
  if (auto replaced = fresh->become(real, calls); !replaced) return replaced.error();
  sync_folder_of(real);
  return {};
}

}  // namespace paddock::app
