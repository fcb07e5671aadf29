// Database and Statement: SQLite's handles as objects, for all files that are SQLite's. What tables mean is
// their owners' business. Errors are sentences of SQLite's own; nothing throws. One thread at a time, which
// may wait for the disk and for locks of others.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "paddock/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace paddock::sqlite {

enum class Access { kRead, kWrite, kCreate };  // only kCreate makes a file that is not there

struct Options {
  Access access = Access::kRead;
  // How long a lock of others is waited for, who may look into the file at any time.
  std::chrono::milliseconds patience = std::chrono::seconds(5);
};

// Moving it while statements or a Limit live takes it away from under them.
class Database {
 public:
  // `path` as SQLite takes it. Another that was open is closed first.
  Result<void, std::string> open(const std::string& path, const Options& options);
  void close() { handle_.reset(); }
  bool is_open() const { return handle_ != nullptr; }
  // Not in memory: other programs may write there, too.
  bool in_file() const;

  // One or more statements without results.
  Result<void, std::string> run(const std::string& sql);
  // The first column of the first row, as a number; nothing: no row, or an error.
  std::optional<std::int64_t> number(const std::string& sql);

  // Of the call that failed last.
  std::string problem() const;
  // Whether that was for a file that is damaged, or no database at all.
  bool is_damaged() const;

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
  friend class Statement;
  struct Close {
    void operator()(sqlite3* handle) const;
  };

  std::unique_ptr<sqlite3, Close> handle_;
};

// A prepared one; the database outlives it. After an error nothing more is done, so that a failed() at the
// end tells of all.
class Statement {
 public:
  Statement(Database& database, const std::string& sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Parameters in their order.
  Statement& bind(std::int64_t value);
  Statement& bind(double value);
  Statement& bind(std::string_view value);
  Statement& bind_null();
  // True: there is a row. The end and an error are told apart by failed().
  bool step();
  bool failed() const { return failed_; }
  // For other parameters.
  void reset();

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  bool is_null(int column) const;

 private:
  Statement& bound(int code);

  sqlite3_stmt* handle_ = nullptr;
  int bound_ = 0;
  bool failed_ = false;
};

}  // namespace paddock::sqlite
