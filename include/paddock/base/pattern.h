// Pattern: a regular expression that a user wrote, in RE2's syntax. Searching costs time linear in the text,
// so no pattern can hang the daemon.
//
// Immutable, cheap to copy, any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/base/result.h"

namespace paddock {

class Pattern {
 public:
  // The error is RE2's sentence about what is wrong.
  static Result<Pattern, std::string> compile(std::string_view text);

  // Whether it matches anywhere in `text`.
  bool found_in(std::string_view text) const;
  // The first match: the whole of it, then its groups; a group that took no part has no data(). Empty if
  // there is none. Views of `text`.
  std::vector<std::string_view> match_in(std::string_view text) const;

 private:
  struct Compiled;
  explicit Pattern(std::shared_ptr<const Compiled> compiled);

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace paddock
