#include "store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <utility>

#include "paddock/base/text.h"
#include "paddock/base/unique_fd.h"

namespace paddock::footprints {

using sqlite::Database;
using sqlite::Statement;

namespace {

constexpr auto kPatience = std::chrono::seconds(1);  // for another process
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

// Why a file is not of use as it is.
struct Refusal {
  std::string problem;
  bool is_damaged = false;
};

Refusal refusal(const Database& database) { return {database.problem(), database.is_damaged()}; }

struct Marks {
  std::int64_t application = 0, version = 0, tables = 0;
};

// The file's own words about what it is.
Result<Marks, Refusal> read_marks(Database& database) {
  Marks marks;
  for (auto [sql, target] : {std::pair("PRAGMA application_id", &marks.application),
                             std::pair("PRAGMA user_version", &marks.version),
                             std::pair("SELECT count(*) FROM sqlite_schema", &marks.tables)}) {
    const auto number = database.number(sql);
    if (!number) return refusal(database);
    *target = *number;
  }
  return marks;
}

Result<void, Refusal> run(Database& database, const char* sql) {
  if (!database.run(sql)) return refusal(database);
  return {};
}

Result<void, Refusal> check(Database& database) {
  Statement statement(database, "PRAGMA quick_check(1)");
  if (!statement.step()) return refusal(database);
  if (statement.text(0) != "ok") return Refusal{"it is damaged", true};
  return {};
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

Result<void, Refusal> prepare(Database& database) {
  const auto marks = read_marks(database);
  if (!marks) return marks.error();
  if (marks->application == 0 && marks->version == 0 && marks->tables == 0) return run(database, kSchema);
  if (marks->application != kApplication)
    return Refusal{"it is a database of something else and stays as it is"};
  if (marks->version != kVersion) return Refusal{"it is of another version of paddock and stays as it is"};
  if (auto sound = check(database); !sound) return sound;
  return run(database, kYounger);
}

Result<void, Refusal> open_file(Database& database, const std::string& path) {
  if (std::string problem = make_private(path); !problem.empty()) return Refusal{problem};
  const auto opened = database.open(path, {sqlite::Access::kWrite, kPatience});
  if (!opened) return Refusal{opened.error()};
  return prepare(database);
}

std::int64_t bounded(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX));
}

std::uint64_t positive(std::int64_t value) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
}

bool write_rows(Database& database, const Key& key, const Entry& entry) {
  for (const char* sql : {"DELETE FROM device WHERE key = ?", "DELETE FROM load WHERE key = ?"}) {
    Statement old(database, sql);
    if (old.bind(key).step(); old.failed()) return false;
  }
  // The newest has the largest number, whatever the clock says.
  Statement head(database,
                 "INSERT OR REPLACE INTO footprint (key, ram, written) "
                 "VALUES (?, ?, (SELECT coalesce(max(written), 0) + 1 FROM footprint))");
  head.bind(key);
  entry.footprint.ram ? head.bind(bounded(*entry.footprint.ram)) : head.bind_null();
  if (head.step(); head.failed()) return false;
  for (const auto& [name, bytes] : entry.footprint.devices) {
    Statement row(database, "INSERT INTO device (key, name, bytes) VALUES (?, ?, ?)");
    if (row.bind(key).bind(name).bind(bounded(bytes)).step(); row.failed()) return false;
  }
  if (entry.footprint.pace) {
    Statement row(database, "INSERT OR REPLACE INTO pace (key, per_second) VALUES (?, ?)");
    if (row.bind(key).bind(*entry.footprint.pace).step(); row.failed()) return false;
  }
  for (std::size_t i = 0; i < entry.loads.size(); ++i) {
    Statement row(database, "INSERT INTO load (key, position, ns) VALUES (?, ?, ?)");
    row.bind(key).bind(static_cast<std::int64_t>(i)).bind(static_cast<std::int64_t>(entry.loads[i].count()));
    if (row.step(); row.failed()) return false;
  }
  return true;
}

bool drop_oldest(Database& database) {
  Statement drop(
      database,
      "DELETE FROM footprint WHERE key NOT IN (SELECT key FROM footprint ORDER BY written DESC LIMIT ?)");
  if (drop.bind(static_cast<std::int64_t>(kMostEntries)).step(); drop.failed()) return false;
  return database
      .run(
          "DELETE FROM device WHERE key NOT IN (SELECT key FROM footprint);"
          "DELETE FROM pace WHERE key NOT IN (SELECT key FROM footprint);"
          "DELETE FROM load WHERE key NOT IN (SELECT key FROM footprint)")
      .has_value();
}

}  // namespace

Result<Store, std::string> Store::open(const std::string& path, std::string& set_aside) {
  for (const bool is_again : {false, true}) {
    Database database;
    const auto opened = open_file(database, path);
    if (opened) return Store(std::move(database));
    const std::string aside = path + ".broken";
    if (is_again || !opened.error().is_damaged || std::rename(path.c_str(), aside.c_str()) != 0) {
      return sentence(path, opened.error().problem);
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
  Statement heads(database_, "SELECT key, ram FROM footprint ORDER BY written DESC LIMIT ?");
  heads.bind(static_cast<std::int64_t>(kMostEntries));
  while (heads.step()) {
    Entry& entry = out[heads.text(0)];
    if (!heads.is_null(1)) entry.footprint.ram = positive(heads.integer(1));
  }
  if (heads.failed()) return database_.problem();
  Statement devices(database_, "SELECT key, name, bytes FROM device");
  while (devices.step()) {
    Entry* entry = known(devices.text(0));
    if (entry == nullptr || entry->footprint.devices.size() >= kMostDevices) continue;
    entry->footprint.devices[devices.text(1)] = positive(devices.integer(2));
  }
  if (devices.failed()) return database_.problem();
  Statement loads(database_, "SELECT key, ns FROM load ORDER BY key, position");
  while (loads.step()) {
    Entry* entry = known(loads.text(0));
    if (entry == nullptr || entry->loads.size() >= kKeptLoads) continue;
    entry->loads.emplace_back(std::max<std::int64_t>(loads.integer(1), 0));
  }
  if (loads.failed()) return database_.problem();
  Statement paces(database_, "SELECT key, per_second FROM pace");
  while (paces.step()) {
    Entry* entry = known(paces.text(0));
    if (entry != nullptr && paces.real(1) > 0) entry->footprint.pace = paces.real(1);
  }
  if (paces.failed()) return database_.problem();
  return out;
}

Result<void, std::string> Store::write(const Key& key, const Entry& entry) {
  if (database_.run("BEGIN IMMEDIATE") && write_rows(database_, key, entry) && drop_oldest(database_) &&
      database_.run("COMMIT"))
    return {};
  std::string why = database_.problem();
  static_cast<void>(database_.run("ROLLBACK"));
  return why;
}

}  // namespace paddock::footprints
