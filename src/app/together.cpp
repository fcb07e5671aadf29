#include "together.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include "paddock/base/text.h"
#include "wire_routing.h"

namespace paddock::app {

namespace {

constexpr const char* kYes = "+";
constexpr const char* kNo = "-";

bool may_join(const scheduler::EvictionPolicy& policy, const ModelId& target, const ModelId& running) {
  return policy.evictions(target, {running}).empty();
}

// How wide a terminal shows it: characters, for which bytes that go on with one do not count.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::string left(const std::string& text, std::size_t size) {
  return text + std::string(size - std::min(size, width(text)), ' ');
}

std::string right(const std::string& text, std::size_t size) {
  return std::string(size - std::min(size, width(text)), ' ') + text;
}

std::vector<std::string> names_of(const Together& together) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < together.models.size(); ++i) {
    const std::string name = printable(together.models[i].str(), std::string_view::npos);
    names.push_back(together.pinned[i] ? name + " (pinned)" : name);
  }
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::vector<std::string> partners_of(const Together& together, const std::vector<std::string>& names,
                                     std::size_t model) {
  std::vector<std::string> partners;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != model && together.pair(model, i)) partners.push_back(names[i]);
  }
  return partners;
}

std::string without_end_blanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

// Rows have the names; columns the numbers of the rows.
std::string table(const Together& together, const std::vector<std::string>& names) {
  const std::size_t number = std::to_string(names.size()).size();
  std::size_t name = 0;
  for (const std::string& one : names) name = std::max(name, width(one));
  std::string head(number + 1 + name, ' ');
  for (std::size_t i = 0; i + 1 < names.size(); ++i) head += " " + right(std::to_string(i + 1), number);
  std::string text = names.size() > 1 ? head + "\n" : "";
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string row = right(std::to_string(i + 1), number) + " " + left(names[i], name);
    for (std::size_t j = 0; j < i; ++j) row += " " + right(together.pair(i, j) ? kYes : kNo, number);
    text += without_end_blanks(row);
  }
  return text + (names.size() > 1 ? "\n+ may run together, - may not\n" : "\n");
}

std::string lists(const Together& together, const std::vector<std::string>& names) {
  std::string text = "each model with those that may run beside it:\n\n";
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::vector<std::string> partners = partners_of(together, names, i);
    if (!partners.empty()) text += names[i] + ": " + joined(partners) + "\n";
  }
  return text + "\n";
}

std::string loners(const Together& together, const std::vector<std::string>& names) {
  std::vector<std::string> alone;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (partners_of(together, names, i).empty()) alone.push_back(names[i]);
  }
  return alone.empty() ? "" : "never with another: " + joined(alone) + "\n";
}

}  // namespace

Together together_in(const config::Config& config) {
  const std::shared_ptr<const scheduler::EvictionPolicy> policy = policy_of(config);
  Together together;
  for (const config::ModelConfig& model : config.models) {
    std::vector<bool> row;
    for (const ModelId& earlier : together.models) {
      row.push_back(may_join(*policy, model.id, earlier) || may_join(*policy, earlier, model.id));
    }
    together.models.push_back(model.id);
    together.pinned.push_back(model.pin);
    together.rows.push_back(std::move(row));
  }
  return together;
}

std::string together_text(const Together& together) {
  if (together.models.empty()) return "no models\n";
  const std::vector<std::string> names = names_of(together);
  return (names.size() > kWidestTable ? lists(together, names) : table(together, names)) +
         loners(together, names);
}

}  // namespace paddock::app
