// Store: the file of footprints. Everything here may wait for the disk, or for another process's lock for a
// second. One thread at a time.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "paddock/base/result.h"
#include "paddock/footprints/footprints.h"
#include "paddock/sqlite/database.h"

namespace paddock::footprints {

constexpr std::size_t kMostEntries = 1000;
constexpr std::size_t kKeptLoads = 5;

struct Entry {
  Footprint footprint;          // without `load`
  std::vector<Duration> loads;  // the newest last
};

class Store {
 public:
  // The error is a sentence. `set_aside` becomes one, too, if a damaged file was.
  static Result<Store, std::string> open(const std::string& path, std::string& set_aside);

  Result<std::map<Key, Entry>, std::string> read();
  // Replaces the entry. Those that were not written for longest go.
  Result<void, std::string> write(const Key& key, const Entry& entry);

 private:
  explicit Store(sqlite::Database database) : database_(std::move(database)) {}

  sqlite::Database database_;
};

}  // namespace paddock::footprints
