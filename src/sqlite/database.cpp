#include "paddock/sqlite/database.h"

#include <sqlite3.h>

#include <utility>

namespace paddock::sqlite {

namespace {

int flags_of(Access access) {
  switch (access) {
    case Access::kRead:
      break;
    case Access::kWrite:
      return SQLITE_OPEN_READWRITE;
    case Access::kCreate:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return SQLITE_OPEN_READONLY;
}

}  // namespace

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

Result<void, std::string> Database::open(const std::string& path, const Options& options) {
  close();
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, flags_of(options.access) | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  if (code == SQLITE_OK) {
    sqlite3_busy_timeout(handle, static_cast<int>(options.patience.count()));
    return {};
  }
  std::string why = problem();
  close();
  return why;
}

Result<void, std::string> Database::run(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return problem();
}

std::optional<std::int64_t> Database::number(const std::string& sql) {
  Statement statement(*this, sql);
  if (!statement.step() || statement.is_null(0)) return std::nullopt;
  return statement.integer(0);
}

bool Database::in_file() const {
  const char* const name = sqlite3_db_filename(handle_.get(), "main");
  return name != nullptr && *name != '\0';
}

std::string Database::problem() const { return handle_ ? sqlite3_errmsg(handle_.get()) : "out of memory"; }

bool Database::is_damaged() const {
  const int code = sqlite3_errcode(handle_.get()) & 0xff;
  return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

Database::Limit::Limit(Database& database, int steps, std::function<bool()> over)
    : database_(database), over_(std::move(over)) {
  const auto ask = [](void* self) -> int { return static_cast<Limit*>(self)->over_() ? 1 : 0; };
  sqlite3_progress_handler(database_.handle_.get(), steps, ask, this);
}

Database::Limit::~Limit() { sqlite3_progress_handler(database_.handle_.get(), 0, nullptr, nullptr); }

Statement::Statement(Database& database, const std::string& sql) {
  failed_ = sqlite3_prepare_v2(database.handle_.get(), sql.c_str(), static_cast<int>(sql.size()), &handle_,
                               nullptr) != SQLITE_OK;
}

Statement::~Statement() { sqlite3_finalize(handle_); }

Statement& Statement::bound(int code) {
  failed_ = code != SQLITE_OK;
  return *this;
}

Statement& Statement::bind(std::int64_t value) {
  return failed_ ? *this : bound(sqlite3_bind_int64(handle_, ++bound_, value));
}

Statement& Statement::bind(double value) {
  return failed_ ? *this : bound(sqlite3_bind_double(handle_, ++bound_, value));
}

Statement& Statement::bind(std::string_view value) {
  if (failed_) return *this;
  return bound(
      sqlite3_bind_text64(handle_, ++bound_, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

Statement& Statement::bind_null() { return failed_ ? *this : bound(sqlite3_bind_null(handle_, ++bound_)); }

bool Statement::step() {
  if (failed_) return false;
  const int result = sqlite3_step(handle_);
  failed_ = result != SQLITE_ROW && result != SQLITE_DONE;
  return result == SQLITE_ROW;
}

void Statement::reset() {
  sqlite3_reset(handle_);
  bound_ = 0;
  failed_ = handle_ == nullptr;
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }

double Statement::real(int column) const { return sqlite3_column_double(handle_, column); }

std::string Statement::text(int column) const {
  const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

bool Statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

}  // namespace paddock::sqlite
