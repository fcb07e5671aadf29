// The layout of the activity list's database: llama-swap's, and our table beside it.
#pragma once

#include <string>

#include "paddock/base/result.h"
#include "paddock/sqlite/database.h"

namespace paddock::store {

// Looks at the file without writing to it: it is not there, empty, or of the layout that is known. Otherwise
// the error says what it is instead.
Result<void, std::string> check_file(const std::string& path);

// Makes what is missing, in a database that check_file() let pass or in an empty one.
Result<void, std::string> make_tables(sqlite::Database& database);

}  // namespace paddock::store
