// A small file that people edit, read and replaced as a whole.
//
// It is replaced by a new one beside it, so that nobody ever reads half a text and a crash leaves the old or
// the new one. Through a symbolic link its target is; owner, group and mode stay. What was in it stays beside
// it as `NAME.bak`, with the same rights. Other names of the same file (hard links) keep the old text. Errors
// are sentences that say what to do. Blocks as long as the file system does; any thread.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <string>

#include "paddock/base/result.h"

namespace paddock::app {

// A value of its own, as both ways of a Result may be text.
struct FileFault {
  std::string sentence;

  friend bool operator==(const FileFault&, const FileFault&) = default;
};

enum class FileStep { kFind, kRead, kCreate, kOwner, kWrite, kReplace };

// Why `path` could not be read or replaced when this step failed with `error` (errno).
FileFault file_fault(FileStep step, const std::string& path, int error);

// What the file system is asked where a test has it answer otherwise.
struct FileCalls {
  std::function<ssize_t(int fd, const void* bytes, std::size_t size)> write;
  std::function<int(const char* from, const char* to)> rename;

  static FileCalls real();
};

constexpr std::size_t kMostOfFile = std::size_t{8} << 20;

// At most kMostOfFile bytes of a regular file.
Result<std::string, FileFault> read_whole(const std::string& path);

// `before` is what the file has now, for the copy.
Result<void, FileFault> replace_whole(const std::string& path, const std::string& text,
                                      const std::string& before, const FileCalls& calls = FileCalls::real());

}  // namespace paddock::app
