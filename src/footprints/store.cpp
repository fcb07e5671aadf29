#include "store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "paddock/base/text.h"
#include "paddock/base/unique_fd.h"

namespace paddock::footprints {

namespace {

constexpr int kPatience = 1000;  // ms, for another process
constexpr std::int64_t kApplication = 0x70646b46, kVersion = 1;
constexpr std::size_t kMostDevices = 256;

constexpr const char* kSchema =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE footprint (key TEXT PRIMARY KEY, ram INTEGER, written INTEGER NOT NULL);"
    "CREATE TABLE device (key TEXT NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (key, "
    "name));"
    "CREATE TABLE load (key TEXT NOT NULL, position INTEGER NOT NULL, ns INTEGER NOT NULL, PRIMARY KEY (key, "
    "position));"
    "CREATE TABLE pace (key TEXT PRIMARY KEY, per_second REAL NOT NULL);"
    "PRAGMA application_id = 1885629254;"
    "PRAGMA user_version = 1;"
    "COMMIT;";

// Files of earlier days lack it.
constexpr const char* kYounger =
    "CREATE TABLE IF NOT EXISTS pace (key TEXT PRIMARY KEY, per_second REAL NOT NULL)";

class Statement {
 public:
  Statement(sqlite3* handle, const char* sql) {
    code_ = sqlite3_prepare_v2(handle, sql, -1, &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(const std::string& text) {
    if (ok())
      code_ = sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()),
                                SQLITE_TRANSIENT);
    return *this;
  }
  Statement& bind(std::int64_t number) {
    if (ok()) code_ = sqlite3_bind_int64(statement_, ++bound_, number);
    return *this;
  }
  Statement& bind(double number) {
    if (ok()) code_ = sqlite3_bind_double(statement_, ++bound_, number);
    return *this;
  }
  Statement& bind_null() {
    if (ok()) code_ = sqlite3_bind_null(statement_, ++bound_);
    return *this;
  }
  // Whether there is a row.
  bool step() {
    if (ok()) code_ = sqlite3_step(statement_);
    return code_ == SQLITE_ROW && (code_ = SQLITE_OK, true);
  }
  bool ok() const { return code_ == SQLITE_OK; }
  // Of the last step: its rows are over, or something failed.
  int code() const { return code_ == SQLITE_DONE ? SQLITE_OK : code_; }

  bool is_null(int column) { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t number(int column) { return sqlite3_column_int64(statement_, column); }
  double real(int column) { return sqlite3_column_double(statement_, column); }
  std::string text(int column) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
                 : std::string();
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
  int code_ = SQLITE_OK;
  int bound_ = 0;
};

struct Marks {
  std::int64_t application = 0, version = 0, tables = 0;
};

// The file's own words about what it is.
int read_marks(sqlite3* handle, Marks& marks) {
  for (auto [sql, target] : {std::pair("PRAGMA application_id", &marks.application),
                             std::pair("PRAGMA user_version", &marks.version),
                             std::pair("SELECT count(*) FROM sqlite_schema", &marks.tables)}) {
    Statement statement(handle, sql);
    if (!statement.step()) return statement.code() == SQLITE_OK ? SQLITE_CORRUPT : statement.code();
    *target = statement.number(0);
  }
  return SQLITE_OK;
}

bool is_damage(int code) { return (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB; }

int check(sqlite3* handle) {
  Statement statement(handle, "PRAGMA quick_check(1)");
  if (!statement.step()) return statement.code();
  return statement.text(0) == "ok" ? SQLITE_OK : SQLITE_CORRUPT;
}

std::string sentence(const std::string& path, const std::string& problem) {
  return "What models take cannot be learned: " + printable(path) + ": " + problem + ".";
}

// So that what SQLite makes beside it is as private, and a link leads nowhere.
std::string make_private(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  struct stat facts {};
  if (!fd || ::fstat(fd.get(), &facts) != 0) return std::strerror(errno);
  if (!S_ISREG(facts.st_mode)) return "it is no regular file";
  if ((facts.st_mode & 077) != 0 && ::fchmod(fd.get(), 0600) != 0) return std::strerror(errno);
  return {};
}

struct Opened {
  sqlite3* handle = nullptr;
  int code = SQLITE_OK;
};

Opened open_file(const std::string& path) {
  Opened out;
  out.code = sqlite3_open_v2(path.c_str(), &out.handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (out.handle != nullptr) sqlite3_busy_timeout(out.handle, kPatience);
  return out;
}

int run(sqlite3* handle, const char* sql) { return sqlite3_exec(handle, sql, nullptr, nullptr, nullptr); }

// The code, and `problem` in words if it is not ours.
int prepare(sqlite3* handle, std::string& problem) {
  Marks marks;
  if (const int code = read_marks(handle, marks); code != SQLITE_OK) return code;
  if (marks.application == 0 && marks.version == 0 && marks.tables == 0) {
    return run(handle, kSchema);
  }
  if (marks.application != kApplication) {
    problem = "it is a database of something else and stays as it is";
  } else if (marks.version != kVersion) {
    problem = "it is of another version of paddock and stays as it is";
  } else {
    const int code = check(handle);
    return code == SQLITE_OK ? run(handle, kYounger) : code;
  }
  return SQLITE_OK;
}

std::int64_t bounded(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
}

std::uint64_t positive(std::int64_t value) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
}

int write_rows(sqlite3* handle, const Key& key, const Entry& entry) {
  for (const char* sql : {"DELETE FROM device WHERE key = ?", "DELETE FROM load WHERE key = ?"}) {
    Statement old(handle, sql);
    if (old.bind(key).step(); old.code() != SQLITE_OK) return old.code();
  }
  // The newest has the largest number, whatever the clock says.
  Statement head(handle,
                 "INSERT OR REPLACE INTO footprint (key, ram, written) "
                 "VALUES (?, ?, (SELECT coalesce(max(written), 0) + 1 FROM footprint))");
  head.bind(key);
  entry.footprint.ram ? head.bind(bounded(*entry.footprint.ram)) : head.bind_null();
  if (head.step(); head.code() != SQLITE_OK) return head.code();
  for (const auto& [name, bytes] : entry.footprint.devices) {
    Statement row(handle, "INSERT INTO device (key, name, bytes) VALUES (?, ?, ?)");
    if (row.bind(key).bind(name).bind(bounded(bytes)).step(); row.code() != SQLITE_OK) return row.code();
  }
  if (entry.footprint.pace) {
    Statement row(handle, "INSERT OR REPLACE INTO pace (key, per_second) VALUES (?, ?)");
    if (row.bind(key).bind(*entry.footprint.pace).step(); row.code() != SQLITE_OK) return row.code();
  }
  for (std::size_t i = 0; i < entry.loads.size(); ++i) {
    Statement row(handle, "INSERT INTO load (key, position, ns) VALUES (?, ?, ?)");
    row.bind(key).bind(static_cast<std::int64_t>(i)).bind(static_cast<std::int64_t>(entry.loads[i].count()));
    if (row.step(); row.code() != SQLITE_OK) return row.code();
  }
  return SQLITE_OK;
}

int drop_oldest(sqlite3* handle) {
  Statement drop(
      handle,
      "DELETE FROM footprint WHERE key NOT IN (SELECT key FROM footprint ORDER BY written DESC LIMIT ?)");
  if (drop.bind(static_cast<std::int64_t>(kMostEntries)).step(); drop.code() != SQLITE_OK) return drop.code();
  if (const int code = run(handle, "DELETE FROM device WHERE key NOT IN (SELECT key FROM footprint)"))
    return code;
  if (const int code = run(handle, "DELETE FROM pace WHERE key NOT IN (SELECT key FROM footprint)"))
    return code;
  return run(handle, "DELETE FROM load WHERE key NOT IN (SELECT key FROM footprint)");
}

}  // namespace

void Store::Close::operator()(sqlite3* handle) const { sqlite3_close(handle); }

Result<Store, std::string> Store::open(const std::string& path, std::string& set_aside) {
  for (const bool is_again : {false, true}) {
    if (std::string problem = make_private(path); !problem.empty()) return sentence(path, problem);
    const Opened opened = open_file(path);
    Store store(opened.handle);
    std::string problem;
    const int code = opened.code != SQLITE_OK ? opened.code : prepare(opened.handle, problem);
    if (!problem.empty()) return sentence(path, problem);
    if (code == SQLITE_OK) return store;
    const std::string aside = path + ".broken";
    if (is_again || !is_damage(code) || std::rename(path.c_str(), aside.c_str()) != 0) {
      return sentence(path, sqlite3_errstr(code));
    }
    // A journal of the damaged one must not be played into the new one.
    for (const char* suffix : {"-journal", "-wal", "-shm"}) std::remove((path + suffix).c_str());
    set_aside = "The file of what models take was damaged: it is now " + printable(aside) +
                ", and learning starts anew.";
  }
  return sentence(path, "it cannot be opened");
}

Result<std::map<Key, Entry>, std::string> Store::read() {
  std::map<Key, Entry> out;
  const auto known = [&out](const Key& key) -> Entry* {
    const auto found = out.find(key);
    return found == out.end() ? nullptr : &found->second;
  };
  Statement heads(handle_.get(), "SELECT key, ram FROM footprint ORDER BY written DESC LIMIT ?");
  heads.bind(static_cast<std::int64_t>(kMostEntries));
  while (heads.step()) {
    Entry& entry = out[heads.text(0)];
    if (!heads.is_null(1)) entry.footprint.ram = positive(heads.number(1));
  }
  Statement devices(handle_.get(), "SELECT key, name, bytes FROM device");
  while (devices.step()) {
    Entry* entry = known(devices.text(0));
    if (entry == nullptr || entry->footprint.devices.size() >= kMostDevices) continue;
    entry->footprint.devices[devices.text(1)] = positive(devices.number(2));
  }
  Statement loads(handle_.get(), "SELECT key, ns FROM load ORDER BY key, position");
  while (loads.step()) {
    Entry* entry = known(loads.text(0));
    if (entry == nullptr || entry->loads.size() >= kKeptLoads) continue;
    entry->loads.emplace_back(std::max<std::int64_t>(loads.number(1), 0));
  }
  Statement paces(handle_.get(), "SELECT key, per_second FROM pace");
  while (paces.step()) {
    Entry* entry = known(paces.text(0));
    if (entry != nullptr && paces.real(1) > 0) entry->footprint.pace = paces.real(1);
  }
  for (const int code : {heads.code(), devices.code(), loads.code(), paces.code()}) {
    if (code != SQLITE_OK) return std::string(sqlite3_errstr(code));
  }
  return out;
}

Result<void, std::string> Store::write(const Key& key, const Entry& entry) {
  sqlite3* handle = handle_.get();
  int code = run(handle, "BEGIN IMMEDIATE");
  if (code == SQLITE_OK) code = write_rows(handle, key, entry);
  if (code == SQLITE_OK) code = drop_oldest(handle);
  if (code == SQLITE_OK) code = run(handle, "COMMIT");
  if (code == SQLITE_OK) return {};
  run(handle, "ROLLBACK");
  return std::string(sqlite3_errstr(code));
}

}  // namespace paddock::footprints
