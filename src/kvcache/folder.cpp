#include "paddock/kvcache/folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "paddock/base/text.h"
#include "paddock/kvcache/slots.h"

namespace paddock::kvcache {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPart = "part-", kOff = "off-";
constexpr std::uint64_t kMostHead = 64 << 20;  // bytes: 16 million tokens

bool stays(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.';
}

// `.` and `..` would be other folders.
std::string folder_name(std::string_view model) {
  constexpr const char* kHex = "0123456789ABCDEF";
  const bool is_dots = model == "." || model == "..";
  std::string out;
  for (const char c : model) {
    if (stays(c) && !is_dots) {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
    }
  }
  return out;
}

WallTime time_of(const struct stat& facts) {
  return WallTime(std::chrono::seconds(facts.st_mtim.tv_sec) +
                  std::chrono::microseconds(facts.st_mtim.tv_nsec / 1000));
}

void list_into(const fs::path& folder, std::vector<Saved>& out) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const auto name = parse_file_name(at->path().filename().string());
    struct stat facts {};
    if (!name || ::lstat(at->path().c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) continue;
    out.push_back({at->path().string(), *name, static_cast<std::uint64_t>(facts.st_size), time_of(facts)});
  }
}

void remove_all_with(const fs::path& folder, std::string_view prefix) {
  std::error_code error;
  std::vector<fs::path> parts;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().filename().string().starts_with(prefix)) parts.push_back(at->path());
  }
  for (const fs::path& part : parts) fs::remove(part, error);
}

}  // namespace

std::string part_name(Generation generation, std::int64_t slot) {
  return std::string(kPart) + std::to_string(::getpid()) + "-" + std::to_string(generation.value) + "-" +
         std::to_string(slot);
}

std::string Folder::of(const ModelId& model) const { return root_ + "/" + folder_name(model.str()) + "/"; }

Result<void, std::string> Folder::prepare(const ModelId& model) const {
  std::error_code error;
  const fs::path folder = of(model);
  fs::create_directories(folder, error);
  if (error) return "cannot make " + folder.string() + ": " + error.message();
  for (const fs::path& one : {fs::path(root_), folder}) fs::permissions(one, fs::perms::owner_all, error);
  if (error) return "cannot keep others out of " + folder.string() + ": " + error.message();
  if (::access(folder.c_str(), W_OK) != 0) return folder.string() + " cannot be written to";
  remove_all_with(folder, kPart);
  return {};
}

std::vector<Saved> Folder::list() const {
  std::vector<Saved> out;
  std::error_code error;
  for (fs::directory_iterator at(root_, error), end; !error && at != end; at.increment(error)) {
    if (at->is_directory(error)) list_into(at->path(), out);
  }
  return out;
}

std::vector<Saved> Folder::list(const ModelId& model) const {
  std::vector<Saved> out;
  list_into(of(model), out);
  return out;
}

bool Folder::keep(const ModelId& model, const std::string& part, const Name& name,
                  std::uint64_t bytes) const {
  const std::string from = of(model) + part;
  struct stat facts {};
  if (::lstat(from.c_str(), &facts) != 0) return false;
  const bool is_whole = S_ISREG(facts.st_mode) && facts.st_size > 0 &&
                        (bytes == 0 || static_cast<std::uint64_t>(facts.st_size) == bytes);
  if (is_whole && ::chmod(from.c_str(), 0600) == 0 &&
      ::rename(from.c_str(), (of(model) + file_name(name)).c_str()) == 0) {
    return true;
  }
  ::unlink(from.c_str());
  return false;
}

void Folder::discard(const ModelId& model, const std::string& part) const {
  ::unlink((of(model) + part).c_str());
}

void Folder::touch(const Saved& saved) {
  ::utimensat(AT_FDCWD, saved.path.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
}

void Folder::remove(const Saved& saved) { ::unlink(saved.path.c_str()); }

std::vector<std::uint32_t> Folder::tokens_of(const std::string& path) {
  constexpr std::size_t kBegin = 12;
  std::ifstream file(path, std::ios::binary);
  std::string head(kBegin, '\0');
  if (!file.read(head.data(), kBegin)) return {};
  const auto size = head_size(head);
  if (!size || *size > kMostHead) return {};
  head.resize(*size);
  if (!file.read(head.data() + kBegin, static_cast<std::streamsize>(*size - kBegin))) return {};
  return parse_head(head).value_or(std::vector<std::uint32_t>());
}

void Folder::turn_off(const ModelId& model, const std::string& key, const std::string& why) const {
  std::ofstream(of(model) + std::string(kOff) + key) << why;
}

std::optional<std::string> Folder::off(const ModelId& model, const std::string& key) const {
  constexpr std::size_t kMost = 500;
  std::ifstream file(of(model) + std::string(kOff) + key);
  if (!file) return std::nullopt;
  std::string why;
  std::getline(file, why);
  return printable(why, kMost);
}

std::size_t Folder::clear(const ModelId& model) const {
  std::size_t count = 0;
  for (const Saved& saved : list(model)) count += ::unlink(saved.path.c_str()) == 0 ? 1 : 0;
  remove_all_with(of(model), kOff);
  return count;
}

bool Folder::has_room(std::uint64_t bytes) const {
  struct statvfs facts {};
  if (::statvfs(root_.c_str(), &facts) != 0) return false;
  const std::uint64_t free = std::uint64_t{facts.f_bavail} * facts.f_frsize;
  const std::uint64_t reserve = std::uint64_t{facts.f_blocks} * facts.f_frsize / 20;
  return free > reserve && free - reserve > bytes;
}

}  // namespace paddock::kvcache
