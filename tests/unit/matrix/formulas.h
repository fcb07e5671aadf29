// Expressions whose models are single letters, and random ones together with their families multiplied out.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "paddock/matrix/sets.h"

namespace paddock::matrix {

// The sets s0, s1, ... The number of a model is its letter's place in the alphabet.
inline Sets sets_of(const std::vector<std::string>& expressions) {
  std::vector<std::string> set_names;
  std::vector<Definition> definitions;
  for (std::size_t i = 0; i < expressions.size(); ++i) set_names.push_back("s" + std::to_string(i));
  for (std::size_t i = 0; i < expressions.size(); ++i) definitions.push_back({set_names[i], expressions[i]});
  Names names;
  names.model = [](std::string_view name) -> std::optional<std::uint32_t> {
    if (name.size() != 1) return std::nullopt;
    return static_cast<std::uint32_t>(name[0] - 'a');
  };
  const auto sets = link(definitions, names);
  if (sets.has_value()) return *sets;
  ADD_FAILURE() << sets.error().front().message;
  return {};
}

inline std::vector<std::uint32_t> models_of(std::string_view letters) {
  std::vector<std::uint32_t> models;
  for (const char letter : letters) models.push_back(static_cast<std::uint32_t>(letter - 'a'));
  return models;
}

using Member = std::uint32_t;  // one bit for each model
struct Formula {
  std::string text;
  std::vector<Member> family;
};

class RandomFormulas {
 public:
  RandomFormulas(unsigned seed, unsigned letters) : random_(seed), letters_(letters) {}

  Formula next(const std::vector<Formula>& earlier, int depth) {
    const unsigned choice = pick(depth == 0 ? 2 : 6);
    if (choice == 1 && !earlier.empty()) {
      const unsigned set = pick(static_cast<unsigned>(earlier.size()));
      return {"+s" + std::to_string(set), earlier[set].family};
    }
    if (choice < 2) {
      const unsigned letter = pick(letters_);
      return {std::string(1, static_cast<char>('a' + letter)), {Member{1} << letter}};
    }
    const Formula left = next(earlier, depth - 1);
    const Formula right = next(earlier, depth - 1);
    return choice < 4 ? any(left, right) : all(left, right);
  }

  // `a` and one of `width` letters, `factors` times.
  Formula product(unsigned factors, unsigned width) {
    Formula whole{"a", {1}};
    for (unsigned factor = 0; factor < factors; ++factor) {
      Formula choice = next({}, 0);
      for (unsigned i = 1; i < width; ++i) choice = any(choice, next({}, 0));
      const std::string text = whole.text + "&" + choice.text;
      whole = all(whole, choice);
      whole.text = text;
    }
    return whole;
  }

  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

 private:
  static Formula any(const Formula& left, const Formula& right) {
    Formula either{"(" + left.text + "|" + right.text + ")", left.family};
    either.family.insert(either.family.end(), right.family.begin(), right.family.end());
    return sorted(std::move(either));
  }

  static Formula all(const Formula& left, const Formula& right) {
    Formula both{"(" + left.text + "&" + right.text + ")", {}};
    for (const Member a : left.family) {
      for (const Member b : right.family) both.family.push_back(a | b);
    }
    return sorted(std::move(both));
  }

  static Formula sorted(Formula formula) {
    std::sort(formula.family.begin(), formula.family.end());
    formula.family.erase(std::unique(formula.family.begin(), formula.family.end()), formula.family.end());
    return formula;
  }

  std::mt19937 random_;
  unsigned letters_;
};

}  // namespace paddock::matrix
