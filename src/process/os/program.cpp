#include "os/program.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>

#include "paddock/base/text.h"

namespace paddock::process {

namespace {

std::string in_quotes(std::string_view text) { return "`" + printable(text) + "`"; }

std::string_view name_of(std::string_view variable) { return variable.substr(0, variable.find('=')); }

std::optional<std::string> value_of(std::string_view name, const std::vector<std::string>& environment) {
  for (const std::string& variable : environment) {
    if (name_of(variable) == name) return variable.substr(std::min(name.size() + 1, variable.size()));
  }
  return std::nullopt;
}

bool is_file(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

}  // namespace

SpawnError exec_error(const std::string& path, int error) {
  const std::string reason = std::string(" (") + std::strerror(error) + ").";
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      // The interpreter that a script or a foreign binary names is not there.
      if (is_file(path))
        return {FailureClass::kFileMissing, in_quotes(path) + " needs an interpreter that does not exist."};
      return {FailureClass::kFileMissing, in_quotes(path) + " does not exist."};
    case EACCES:
    case EPERM:
    case ENOEXEC:
    case EISDIR:
    case ELIBBAD:
    case ELOOP:
    case ENAMETOOLONG:
    case ETXTBSY:
      return {FailureClass::kFileMissing, in_quotes(path) + " cannot be executed" + reason};
    default:
      return {FailureClass::kUnknown, in_quotes(path) + " could not be executed" + reason};
  }
}

SpawnError system_error(const char* call, int error) {
  return {FailureClass::kUnknown, std::string(call) + " failed: " + std::strerror(error) + "."};
}

Result<std::string, SpawnError> find_program(const std::string& program,
                                             const std::vector<std::string>& environment) {
  if (program.find('/') != std::string::npos) return program;
  const std::string path = value_of("PATH", environment).value_or("/usr/local/bin:/usr/bin:/bin");
  std::string not_executable;
  std::string_view rest = path;
  for (bool more = !program.empty(); more;) {
    const std::size_t colon = rest.find(':');
    const std::string folder(rest.substr(0, colon));
    const std::string file = (folder.empty() ? "." : folder) + "/" + program;
    if (is_file(file)) {
      if (::access(file.c_str(), X_OK) == 0) return file;
      not_executable = file;
    }
    more = colon != std::string_view::npos;
    if (more) rest.remove_prefix(colon + 1);
  }
  if (!not_executable.empty()) return exec_error(not_executable, EACCES);
  return SpawnError{FailureClass::kFileMissing,
                    in_quotes(program) + " is not in PATH (" + printable(path, 1000) + ")."};
}

}  // namespace paddock::process
