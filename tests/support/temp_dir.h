// TempDir: a folder that goes when the object does. Single owner.
#pragma once

#include <filesystem>
#include <string>

namespace paddock::test {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

void write_file(const std::string& path, const std::string& text);
std::string read_file(const std::string& path);  // empty when it is not there, or goes meanwhile

}  // namespace paddock::test
