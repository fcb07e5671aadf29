// Which names GET /v1/models lists and what they stand for: models, aliases where the file wants them, peers'
// models, selectors, and the names that the active profile brings. Pure functions.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "openai_entry.h"
#include "paddock/config/lookup.h"

namespace paddock::api {

struct ListingFacts {
  const config::Lookup& lookup;
  const router::Status& status;
  const config::Profile* active = nullptr;  // null: none
  std::time_t now = 0;
};

// Sorted by id. Unlisted models and selectors are left out.
std::vector<OrderedJson> listing(const ListingFacts& facts);

// The entry of one name, also of unlisted models and of aliases that are not in the list; nothing if the name
// stands for nothing.
std::optional<OrderedJson> listed(const ListingFacts& facts, std::string_view name);

}  // namespace paddock::api
