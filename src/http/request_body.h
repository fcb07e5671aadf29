// RequestBody: a request's body as the daemon keeps it, in memory, or in memory and then in a file.
//
// Memory grows as bytes come, not as they are promised, and never beyond what has been held of the daemon's
// budget for bodies (body_budget.h); holding it is the reader's business (read_body.h).
// Worker's thread only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <boost/container/small_vector.hpp>

#include "body_budget.h"
#include "body_file.h"

namespace paddock::http {

// A run of a body's bytes: in memory, or in a file.
struct BodyPiece {
  const char* bytes = nullptr;  // null: in `file`
  const BodyFile* file = nullptr;
  std::uint64_t offset = 0;  // in the file
  std::uint64_t size = 0;
};

// In their order. What they point to must stay where it is.
using BodyPieces = boost::container::small_vector<BodyPiece, 4>;

struct BodyRules {
  std::uint64_t limit = 0;   // longest body
  std::string limit_key;     // of the configuration; empty: none
  std::uint64_t memory = 0;  // what is longer goes to a file; no less than `limit`: nothing does
  std::uint64_t total = std::numeric_limits<std::uint64_t>::max();  // of all bodies' memory
};

class RequestBody {
 public:
  explicit RequestBody(BodyRules rules) : rules_(std::move(rules)) {}

  const BodyRules& rules() const { return rules_; }
  std::uint64_t size() const { return size_ + file_.size(); }
  bool may_use_file() const { return rules_.memory < rules_.limit; }
  bool in_memory() const { return !file_.is_open(); }
  // in_memory() only. kBodyPadding readable bytes follow.
  std::string_view view() const { return {bytes_ ? bytes_.get() : empty_, size_}; }

  // `look` sees all bytes, once, as they come; false: the body is refused. Set it before the first byte.
  void on_bytes(std::function<bool(std::string_view)> look) { look_ = std::move(look); }

  // What must be held before the body is this long, as far as is known.
  std::uint64_t memory_for(std::uint64_t bytes) const { return std::min(bytes, rules_.memory); }
  BodyBudget::Hold& hold() { return hold_; }
  // Where the next bytes go: at least one byte, at most `most`, which is not 0. Empty if the file failed.
  std::span<char> room(std::size_t most);
  // So many of them are there. False if the file failed or the bytes are refused.
  bool commit(std::size_t bytes);
  const BodyFile::Failure& file_failure() const { return file_.failure(); }

  // Gives memory and file back; only rules() may be asked afterwards.
  void drop();

  // Appends the bytes [from, to) to `out`.
  void append_pieces(std::uint64_t from, std::uint64_t to, BodyPieces& out) const;

 private:
  struct Free {
    void operator()(char* bytes) const { std::free(bytes); }
  };

  void grow(std::size_t capacity);

  BodyRules rules_;
  BodyBudget::Hold hold_;
  std::unique_ptr<char, Free> bytes_;
  std::size_t size_ = 0, capacity_ = 0;
  BodyFile file_;
  std::unique_ptr<char[]> to_file_;  // on its way there
  std::function<bool(std::string_view)> look_;
  static const char empty_[];
};

}  // namespace paddock::http
