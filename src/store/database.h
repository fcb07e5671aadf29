// Database and Statement: SQLite's handles as objects. Errors are sentences of SQLite's own; nothing throws.
// For one thread at a time.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "paddock/base/result.h"

namespace paddock::store {

class Database {
 public:
  enum class Access { kRead, kWrite };

  Database() = default;
  ~Database() { close(); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // `path` as SQLite takes it; kWrite makes a file that is not there.
  Result<void, std::string> open(const std::string& path, Access access);
  void close();
  bool is_open() const { return handle_ != nullptr; }

  // One or more statements without results.
  Result<void, std::string> run(const std::string& sql);
  // The first column of the first row, as a number; nothing: no row, or an error.
  std::optional<std::int64_t> number(const std::string& sql);
  std::string problem() const;
  sqlite3* handle() { return handle_; }

  // As long as it lives, statements are broken off, with an error, once `over` says so. That is asked every
  // so many steps of SQLite's machine, on the thread that runs the statement. One at a time.
  class Limit {
   public:
    Limit(Database& database, int steps, std::function<bool()> over);
    ~Limit();
    Limit(const Limit&) = delete;
    Limit& operator=(const Limit&) = delete;

   private:
    Database& database_;
    const std::function<bool()> over_;
  };

 private:
  sqlite3* handle_ = nullptr;
};

// A prepared one; the database outlives it.
class Statement {
 public:
  Statement(Database& database, const std::string& sql);
  ~Statement() { sqlite3_finalize(handle_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  explicit operator bool() const { return handle_ != nullptr; }
  // Parameters in their order.
  Statement& bind(std::int64_t value);
  Statement& bind(double value);
  Statement& bind(std::string_view value);
  // True: there is a row. The end and an error are told apart by failed().
  bool step();
  bool failed() const { return failed_; }
  // For other parameters.
  void reset();

  std::int64_t integer(int column) const { return sqlite3_column_int64(handle_, column); }
  double real(int column) const { return sqlite3_column_double(handle_, column); }
  std::string text(int column) const;
  bool is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

 private:
  sqlite3_stmt* handle_ = nullptr;
  int bound_ = 0;
  bool failed_ = false;
};

}  // namespace paddock::store
