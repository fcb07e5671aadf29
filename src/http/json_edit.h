// Editing a JSON object by splicing its bytes: members are removed and set, everything else stays as it was
// sent, byte for byte.
//
// A JsonPlan is what to do, built once from names and values: `a.b` is the member `b` of the member `a`, a
// backslash takes a dot (or itself) into a name. plan_splices() finds out where in one body that has to be
// done, as Splices in ascending order. Keys are compared decoded. Of a key that is given several times all
// are removed, or all but the last one where something is set in it, so that every reader sees what was set.
// Objects on the way to a member are created; what stands there and is no object (null excepted) is an error,
// because replacing it would lose what the client sent. Elements of arrays cannot be named. Pure; any thread,
// a parser for each.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <simdjson.h>

namespace paddock::http {

// `text` takes the place of `size` bytes at `at`.
struct Splice {
  std::size_t at = 0;
  std::size_t size = 0;
  std::string text;

  friend bool operator==(const Splice&, const Splice&) = default;
};

class JsonPlan {
 public:
  // Later calls count where they meet earlier ones: what was stripped may be set again, in whole or in part.
  void strip(std::string_view path);
  // `json` is one valid value.
  void set(std::string_view path, std::string json);
  bool empty() const { return members_.empty(); }

  // For the planner.
  struct Member;
  using Members = std::vector<Member>;
  struct Member {
    std::string name;
    bool stripped = false;             // then nothing else
    std::optional<std::string> value;  // then no members
    Members members;                   // to be changed inside
  };
  const Members& members() const { return members_; }

 private:
  Members members_;
};

struct JsonSplices {
  std::string problem;  // a sentence; empty: none
  std::vector<Splice> splices;
};

// `body` is followed by simdjson's padding and is one JSON object.
JsonSplices plan_splices(simdjson::ondemand::parser& parser, const char* body, std::size_t size,
                         const JsonPlan& plan);

// The body with all splices done.
std::string spliced(std::string_view body, const std::vector<Splice>& splices);

// `text` as a JSON string, quotes included.
std::string json_string(std::string_view text);

}  // namespace paddock::http
