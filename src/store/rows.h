// Rows in and out of an open database of the layout of schema.h. For the thread that owns it; errors are
// sentences.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "paddock/base/result.h"
#include "paddock/sqlite/database.h"
#include "paddock/store/activity.h"

namespace paddock::store {

// All or none. Afterwards at most the newest `most` ids are left.
Result<void, std::string> write_rows(sqlite::Database& database, std::span<const Row> rows,
                                     std::uint64_t most);
Result<void, std::string> prune(sqlite::Database& database, std::uint64_t most);
// The largest id that ever was; 0: none.
std::uint64_t last_id(sqlite::Database& database);

Result<Page, std::string> read_page(sqlite::Database& database, const PageQuery& query);
Result<Stats, std::string> read_stats(sqlite::Database& database, const std::string& model);

}  // namespace paddock::store
