#include "database.h"

#include <utility>

namespace paddock::store {

namespace {

// For readers of other programs, which may look into the file at any time.
constexpr int kBusyMs = 5000;

}  // namespace

Result<void, std::string> Database::open(const std::string& path, Access access) {
  close();
  const int how = access == Access::kRead ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (sqlite3_open_v2(path.c_str(), &handle_, how | SQLITE_OPEN_NOMUTEX, nullptr) == SQLITE_OK) {
    sqlite3_busy_timeout(handle_, kBusyMs);
    return {};
  }
  std::string why = problem();
  close();
  return why;
}

void Database::close() {
  sqlite3_close_v2(handle_);
  handle_ = nullptr;
}

Result<void, std::string> Database::run(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return problem();
}

std::optional<std::int64_t> Database::number(const std::string& sql) {
  Statement statement(*this, sql);
  if (!statement || !statement.step() || statement.is_null(0)) return std::nullopt;
  return statement.integer(0);
}

bool Database::in_file() const {
  const char* const name = sqlite3_db_filename(handle_, "main");
  return name != nullptr && *name != '\0';
}

std::string Database::problem() const { return handle_ ? sqlite3_errmsg(handle_) : "out of memory"; }

Database::Limit::Limit(Database& database, int steps, std::function<bool()> over)
    : database_(database), over_(std::move(over)) {
  const auto ask = [](void* self) -> int { return static_cast<Limit*>(self)->over_() ? 1 : 0; };
  sqlite3_progress_handler(database_.handle_, steps, ask, this);
}

Database::Limit::~Limit() { sqlite3_progress_handler(database_.handle_, 0, nullptr, nullptr); }

Statement::Statement(Database& database, const std::string& sql) {
  sqlite3_prepare_v2(database.handle(), sql.c_str(), static_cast<int>(sql.size()), &handle_, nullptr);
}

Statement& Statement::bind(std::int64_t value) {
  sqlite3_bind_int64(handle_, ++bound_, value);
  return *this;
}

Statement& Statement::bind(double value) {
  sqlite3_bind_double(handle_, ++bound_, value);
  return *this;
}

Statement& Statement::bind(std::string_view value) {
  sqlite3_bind_text64(handle_, ++bound_, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

bool Statement::step() {
  const int result = sqlite3_step(handle_);
  failed_ = result != SQLITE_ROW && result != SQLITE_DONE;
  return result == SQLITE_ROW;
}

void Statement::reset() {
  sqlite3_reset(handle_);
  bound_ = 0;
}

std::string Statement::text(int column) const {
  const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

}  // namespace paddock::store
