#include "json_edit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>

#include <nlohmann/json.hpp>

namespace paddock::http {
namespace {

using nlohmann::json;

using Build = std::function<void(JsonPlan&)>;

JsonSplices splices(const std::string& body, const JsonPlan& plan) {
  // Padding of exactly the promised size, so that a sanitizer sees what reads on.
  const auto bytes = std::make_unique<char[]>(body.size() + simdjson::SIMDJSON_PADDING);
  body.copy(bytes.get(), body.size());
  simdjson::ondemand::parser parser;
  return plan_splices(parser, bytes.get(), body.size(), plan);
}

std::string edited(const std::string& body, const Build& build) {
  JsonPlan plan;
  build(plan);
  const JsonSplices found = splices(body, plan);
  return found.problem.empty() ? spliced(body, found.splices) : "! " + found.problem;
}

std::string stripped(const std::string& body, const std::vector<std::string>& paths) {
  return edited(body, [&](JsonPlan& plan) {
    for (const std::string& path : paths) plan.strip(path);
  });
}

std::string with(const std::string& body, const std::string& path, const std::string& value) {
  return edited(body, [&](JsonPlan& plan) { plan.set(path, value); });
}

TEST(JsonEdit, AnEmptyPlanChangesNothing) {
  EXPECT_EQ(edited("{ \"a\" : 1 }", [](JsonPlan&) {}), "{ \"a\" : 1 }");
}

TEST(JsonEdit, StripTakesOneCommaAlong) {
  EXPECT_EQ(stripped(R"({"a":1,"b":2,"c":3})", {"a"}), R"({"b":2,"c":3})");
  EXPECT_EQ(stripped(R"({"a":1,"b":2,"c":3})", {"b"}), R"({"a":1,"c":3})");
  EXPECT_EQ(stripped(R"({"a":1,"b":2,"c":3})", {"c"}), R"({"a":1,"b":2})");
  EXPECT_EQ(stripped(R"({"a":1,"b":2,"c":3})", {"b", "c"}), R"({"a":1})");
  EXPECT_EQ(stripped(R"({"a":1,"b":2,"c":3})", {"a", "c"}), R"({"b":2})");
  EXPECT_EQ(stripped(R"({"a":1,"b":2,"c":3})", {"a", "b", "c"}), "{}");
  EXPECT_EQ(stripped(R"({"a":1})", {"b"}), R"({"a":1})");
  EXPECT_EQ(stripped("{}", {"a"}), "{}");
}

TEST(JsonEdit, OtherBytesStayAsTheyWere) {
  EXPECT_EQ(stripped("\n{ \"a\" : 1.0e2 ,\t\"b\":[ 1,2 ] , \"c\" :{\"x\" : null} }\n", {"b"}),
            "\n{ \"a\" : 1.0e2 ,\t\"c\" :{\"x\" : null} }\n");
  EXPECT_EQ(with("{ \"a\" : 1.0e2 ,\t\"b\" :  [ 1,2 ] }", "b", "7"), "{ \"a\" : 1.0e2 ,\t\"b\" :  7 }");
  EXPECT_EQ(with(R"({"a":"\u00e9\/","n":12345678901234567890.10})", "x", "true"),
            R"({"a":"\u00e9\/","n":12345678901234567890.10,"x":true})");
}

TEST(JsonEdit, SetReplacesInPlaceOrAppends) {
  EXPECT_EQ(with(R"({"a":1,"b":2})", "a", R"({"x":[1]})"), R"({"a":{"x":[1]},"b":2})");
  EXPECT_EQ(with(R"({"a":1})", "b", "2"), R"({"a":1,"b":2})");
  EXPECT_EQ(with("{}", "b", "2"), R"({"b":2})");
  EXPECT_EQ(with(" { } ", "b", "2"), R"( {"b":2 } )");
  EXPECT_EQ(with(R"({"a":"x"})", "q\"uote", "\"v\""), R"({"a":"x","q\"uote":"v"})");
}

TEST(JsonEdit, DotsLeadIntoMembers) {
  EXPECT_EQ(with(R"({"a":{"b":1},"c":2})", "a.b", "9"), R"({"a":{"b":9},"c":2})");
  EXPECT_EQ(with(R"({"a":{"b":1},"c":2})", "a.d", "9"), R"({"a":{"b":1,"d":9},"c":2})");
  EXPECT_EQ(with(R"({"a":{},"c":2})", "a.d.e", "9"), R"({"a":{"d":{"e":9}},"c":2})");
  EXPECT_EQ(with(R"({"c":2})", "a.d.e", "9"), R"({"c":2,"a":{"d":{"e":9}}})");
  EXPECT_EQ(with(R"({"a":null})", "a.b", "9"), R"({"a":{"b":9}})");
  EXPECT_EQ(stripped(R"({"a":{"b":1,"c":{"d":1}},"e":2})", {"a.c.d", "a.b"}), R"({"a":{"c":{}},"e":2})");
  EXPECT_EQ(stripped(R"({"a":[{"b":1}],"c":"x"})", {"a.b", "c.d"}), R"({"a":[{"b":1}],"c":"x"})");
}

TEST(JsonEdit, ABackslashTakesADotIntoAName) {
  EXPECT_EQ(with(R"({"a.b":1,"a":{"b":2}})", "a\\.b", "9"), R"({"a.b":9,"a":{"b":2}})");
  EXPECT_EQ(with(R"({"a\\":1})", "a\\\\", "9"), R"({"a\\":9})");
}

TEST(JsonEdit, WhatIsNoObjectIsNotReplacedByOne) {
  for (const char* value : {"1", "\"x\"", "[1]", "true"}) {
    const std::string body = std::string("{\"a\":{\"b\":") + value + "}}";
    EXPECT_EQ(with(body, "a.b.c", "9").substr(0, 34), "! `a.b` in the body must be an obj") << value;
  }
}

TEST(JsonEdit, EscapedKeysAreComparedDecoded) {
  EXPECT_EQ(stripped(R"({"temper\u0061ture":1,"b":2})", {"temperature"}), R"({"b":2})");
  EXPECT_EQ(with(R"({"\u0061":{"\u0062":1}})", "a.b", "9"), R"({"\u0061":{"\u0062":9}})");
}

TEST(JsonEdit, OfRepeatedMembersNoneIsLeftBehind) {
  EXPECT_EQ(stripped(R"({"a":1,"b":2,"a":3})", {"a"}), R"({"b":2})");
  EXPECT_EQ(with(R"({"a":1,"b":2,"\u0061":3})", "a", "9"), R"({"b":2,"\u0061":9})");
  EXPECT_EQ(with(R"({"a":{"x":1},"b":2,"a":{"y":2}})", "a.x", "9"), R"({"b":2,"a":{"y":2,"x":9}})");
  EXPECT_EQ(stripped(R"({"a":{"x":1},"b":2,"a":{"x":2,"y":3}})", {"a.x"}), R"({"a":{},"b":2,"a":{"y":3}})");
}

TEST(JsonEdit, AMemberRepeatedWithoutEndIsRefused) {
  std::string body = "{\"a\":0";
  for (int i = 0; i < 2000; ++i) body += ",\"a\":0";
  EXPECT_EQ(with(body + "}", "a", "1").substr(0, 2), "! ");
}

TEST(JsonEdit, WhatWasStrippedMayBeSetAgain) {
  const auto both = [](JsonPlan& plan) {
    plan.strip("a");
    plan.set("a.x", "1");
    plan.strip("b");
    plan.set("b", "2");
  };
  EXPECT_EQ(edited(R"({"a":{"y":5},"b":3,"c":4})", both), R"({"a":{"x":1},"b":2,"c":4})");
  EXPECT_EQ(edited(R"({"a":[5]})", both), R"({"a":{"x":1},"b":2})");
}

TEST(JsonEdit, LaterSetsChangeEarlierOnes) {
  const auto both = [](JsonPlan& plan) {
    plan.set("a", R"({"x":1,"y":2})");
    plan.set("a.y", "3");
    plan.set("b.c", "1");
    plan.set("b", "[]");
  };
  EXPECT_EQ(edited(R"({"a":7})", both), R"({"a":{"x":1,"y":3},"b":[]})");
}

TEST(JsonEdit, BrokenInsidesAreRefused) {
  for (const char* body : {R"({"a":{"b" 1}})", R"({"a":{"b":1)", R"({"a":{b:1}})"})
    EXPECT_EQ(with(body, "a.c", "1").substr(0, 29), "! the body is not valid JSON:") << body;
}

// ---- against a whole JSON library
// --------------------------------------------------------------------------

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  int below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(engine_); }

  std::string blanks() {
    return std::string(static_cast<std::size_t>(below(4) == 0 ? below(3) : 0), " \n\t"[below(3)]);
  }

  json value(int depth) {
    switch (below(depth > 0 ? 8 : 6)) {
      case 0:
        return nullptr;
      case 1:
        return below(1000) - 500;
      case 2:
        return below(2) == 0;
      case 3:
        return std::string("{\"a\":[,]}\\").substr(static_cast<std::size_t>(below(9)));
      case 4:
        return "\xc3\xa9\x01";
      case 5:
        return below(1000) / 8.0;
      case 6:
        return json::array({value(depth - 1), value(depth - 1)});
      default:
        return object(depth - 1);
    }
  }

  json object(int depth) {
    json out = json::object();
    for (const char* name : {"a", "b", "c", "x", "y", "z", "other"}) {
      if (below(2) == 0) out[name] = value(depth);
    }
    return out;
  }

  std::string text(const json& value) {
    if (!value.is_object()) return value.dump(-1, ' ', below(2) == 0);
    std::string out = "{" + blanks();
    for (auto member = value.begin(); member != value.end(); ++member) {
      if (member != value.begin()) out += blanks() + "," + blanks();
      const bool escaped = below(4) == 0;
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(member.key()[0]));
      out += escaped ? std::string("\"") + code + member.key().substr(1) + "\"" : json(member.key()).dump();
      out += blanks() + ":" + blanks() + text(member.value());
    }
    return out + blanks() + "}";
  }

 private:
  std::mt19937 engine_;
};

using Path = std::vector<std::string>;

std::string joined(const Path& path) {
  std::string out;
  for (const std::string& name : path) out += (out.empty() ? "" : ".") + name;
  return out;
}

void strip_in(json& document, const Path& path) {
  json* at = &document;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    if (!at->is_object() || !at->contains(path[i])) return;
    at = &(*at)[path[i]];
  }
  if (at->is_object()) at->erase(path.back());
}

// False if something that is no object is in the way.
bool set_in(json& document, const Path& path, const json& value) {
  json* at = &document;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    at = &(*at)[path[i]];
    if (at->is_null()) *at = json::object();
    if (!at->is_object()) return false;
  }
  (*at)[path.back()] = value;
  return true;
}

void expect_ordered(const std::string& body, const std::vector<Splice>& found) {
  std::size_t at = 0;
  for (const Splice& splice : found) {
    EXPECT_GE(splice.at, at);
    at = splice.at + splice.size;
  }
  EXPECT_LE(at, body.size());
}

TEST(JsonEdit, AgreesWithAWholeLibrary) {
  const Path paths[] = {{"a"}, {"b"}, {"c"}, {"a", "x"}, {"a", "y"}, {"b", "x", "z"}, {"c", "new"}, {"new"}};
  int refused = 0, changed = 0;
  for (unsigned seed = 1; seed <= 4000; ++seed) {
    Random random(seed);
    json reference = random.object(3);
    const std::string body = random.text(reference);
    ASSERT_EQ(json::parse(body), reference) << body;
    JsonPlan plan;
    for (int i = random.below(4); i > 0; --i) {
      const Path& path = paths[random.below(8)];
      plan.strip(joined(path));
      strip_in(reference, path);
    }
    bool fits = true;
    std::vector<Path> to_set;
    for (int i = random.below(4); i > 0; --i) to_set.push_back(paths[random.below(8)]);
    // What would be in the way may not be replaced later on: the plan knows that nothing is in the way then.
    std::stable_sort(to_set.begin(), to_set.end(), [](auto& a, auto& b) { return a.size() < b.size(); });
    for (const Path& path : to_set) {
      const json value = path.size() == 1 ? json{{"k", random.below(9)}} : random.value(1);
      plan.set(joined(path), value.dump());
      fits = set_in(reference, path, value) && fits;
    }
    const JsonSplices found = splices(body, plan);
    EXPECT_EQ(found.problem.empty(), fits) << body << "\n" << found.problem;
    if (!fits) ++refused;
    if (!fits || !found.problem.empty()) continue;
    expect_ordered(body, found.splices);
    const std::string result = spliced(body, found.splices);
    EXPECT_EQ(json::parse(result, nullptr, false), reference) << "seed " << seed << "\n"
                                                              << body << "\n"
                                                              << result;
    changed += result != body ? 1 : 0;
  }
  EXPECT_GT(refused, 50);
  EXPECT_GT(changed, 1000);
}

}  // namespace
}  // namespace paddock::http
