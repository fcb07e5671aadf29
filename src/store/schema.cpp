#include "schema.h"

#include <sys/stat.h>
#include <set>

namespace paddock::store {

using sqlite::Database;
using sqlite::Statement;

namespace {

using Names = std::set<std::string>;

// The migration tool of llama-swap numbers layouts here.
constexpr std::int64_t kKnownVersion = 1;
constexpr const char* kVersion = "SELECT max(version_id) FROM goose_db_version WHERE is_applied = 1";

const Names kActivity{"id",
                      "ts_created",
                      "model_id",
                      "req_path",
                      "resp_content_type",
                      "resp_status_code",
                      "cache_tokens",
                      "draft_tokens",
                      "draft_acc_tokens",
                      "input_tokens",
                      "output_tokens",
                      "prompt_per_second",
                      "tokens_per_second",
                      "duration_ms",
                      "error_msg",
                      "metadata_json"};
const Names kOurs{"id", "method", "code", "stream", "bytes", "queue_ms", "load_ms", "ttft_ms"};

constexpr const char* kMakeTables = R"(
CREATE TABLE IF NOT EXISTS goose_db_version (
  id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL,
  tstamp TIMESTAMP DEFAULT (datetime('now')));
INSERT INTO goose_db_version (version_id, is_applied)
  SELECT v, 1 FROM (SELECT 0 AS v UNION ALL SELECT 1) WHERE NOT EXISTS (SELECT 1 FROM goose_db_version);
CREATE TABLE IF NOT EXISTS activity (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ts_created INTEGER NOT NULL, model_id TEXT NOT NULL, req_path TEXT NOT NULL,
  resp_content_type TEXT NOT NULL, resp_status_code INTEGER NOT NULL, cache_tokens INTEGER NOT NULL,
  draft_tokens INTEGER NOT NULL, draft_acc_tokens INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL, prompt_per_second REAL NOT NULL, tokens_per_second REAL NOT NULL,
  duration_ms INTEGER NOT NULL, error_msg TEXT NOT NULL DEFAULT '', metadata_json TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS idx_activity_ts_created ON activity (ts_created DESC, id DESC);
CREATE INDEX IF NOT EXISTS idx_activity_model_ts_created ON activity (model_id, ts_created DESC, id DESC);
CREATE TABLE IF NOT EXISTS paddock_activity (
  id INTEGER PRIMARY KEY, method TEXT NOT NULL, code TEXT NOT NULL, stream INTEGER NOT NULL, bytes INTEGER NOT NULL,
  queue_ms INTEGER NOT NULL, load_ms INTEGER NOT NULL, ttft_ms INTEGER NOT NULL);
)";

Result<Names, std::string> names(Database& database, const std::string& sql) {
  Names out;
  Statement statement(database, sql);
  while (statement.step()) out.insert(statement.text(0));
  if (statement.failed()) return database.problem();
  return out;
}

Result<Names, std::string> columns(Database& database, const std::string& table) {
  return names(database, "SELECT name FROM pragma_table_info('" + table + "')");
}

std::string refuse(const std::string& path, const std::string& what) {
  return "store.path `" + path + "` " + what +
         "; it is left as it is: name another file, or move this one away";
}

Result<void, std::string> check_tables(Database& database, const std::string& path) {
  const auto tables =
      names(database, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
  if (!tables) return refuse(path, "cannot be read as an SQLite database (" + tables.error() + ")");
  if (tables->empty()) return {};
  const auto activity = columns(database, "activity"), ours = columns(database, "paddock_activity");
  if (!activity || *activity != kActivity)
    return refuse(path, "is a database of another kind, or of an unknown version");
  if (!ours || (!ours->empty() && *ours != kOurs))
    return refuse(path, "was written by another version of paddock");
  const auto version = database.number(kVersion);
  if (version == kKnownVersion) return {};
  return refuse(path, "was written by a llama-swap whose layout is not known (version " +
                          (version ? std::to_string(*version) : "none") + ")");
}

}  // namespace

Result<void, std::string> check_file(const std::string& path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) return {};
  // Opening a pipe would wait for its other end.
  if (!S_ISREG(facts.st_mode)) return refuse(path, "is no file");
  if (facts.st_size == 0) return {};
  Database database;
  const auto opened = database.open(path, {sqlite::Access::kRead});
  if (!opened) return refuse(path, "cannot be opened (" + opened.error() + ")");
  return check_tables(database, path);
}

Result<void, std::string> make_tables(Database& database) { return database.run(kMakeTables); }

}  // namespace paddock::store
