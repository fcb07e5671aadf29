#include "listing.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace paddock::api {

namespace {

EntryFacts facts_of(const ListingFacts& facts, const config::ModelConfig& model) {
  EntryFacts entry = entry_facts(facts.status.find(model.id), facts.now);
  entry.command = facts.lookup.command(model);
  entry.props = facts.props.of(model.id);
  return entry;
}

OrderedJson named_entry(const ListingFacts& facts, const config::ModelConfig& model,
                        const std::string& name) {
  const EntryFacts entry = facts_of(facts, model);
  return name == model.id.str() ? model_entry(model, entry) : alias_entry(model, name, entry);
}

// The best of the targets that may be chosen; a pin only ever takes its first. Peers' are not known.
LoadState state_of(const ListingFacts& facts, const config::Selector& selector) {
  const bool only_first = selector.strategy == config::Strategy::kPin;
  LoadState best = LoadState::kUnloaded;
  for (const std::string& target : selector.targets) {
    if (const config::ModelConfig* model = facts.lookup.find(target))
      best = std::max(best, facts_of(facts, *model).state);
    if (only_first) break;
  }
  return best;
}

OrderedJson pin_entry(const ListingFacts& facts, const config::Profile::Pin& pin) {
  const config::ModelConfig* target = facts.lookup.find(pin.target);
  EntryFacts entry;
  entry.now = facts.now;
  return pin_entry(*facts.active, pin, target, target ? facts_of(facts, *target) : entry);
}

// By the name of what it stands for.
bool may_use(const ListingFacts& facts, const std::string& name) {
  const config::Lookup::Found found = facts.lookup.find_any(name);
  if (found.model != nullptr) return facts.caller.may_use(found.model->id.str());
  if (found.peer != nullptr)
    return facts.caller.may_use(found.peer->id + "/" + std::string(found.peer_model));
  return found.selector == nullptr || facts.caller.may_use(found.selector->id);
}

class Listing {
 public:
  explicit Listing(const ListingFacts& facts) : facts_(facts), config_(facts.lookup.config()) {}

  std::vector<OrderedJson> make() {
    for (const config::ModelConfig& model : config_.models) add_model(model);
    for (const config::Peer& peer : config_.peers) {
      for (const std::string& model : peer.models) {
        if (facts_.caller.may_use(peer.id + "/" + model)) add(peer_entry(peer, model, facts_.now));
      }
    }
    for (const config::Selector& selector : config_.selectors) {
      if (!selector.unlisted && facts_.caller.may_use(selector.id))
        add(selector_entry(selector, state_of(facts_, selector), facts_.now));
    }
    if (facts_.active != nullptr) add_pins();
    std::sort(entries_.begin(), entries_.end(),
              [](const OrderedJson& a, const OrderedJson& b) { return id_of(a) < id_of(b); });
    return std::move(entries_);
  }

 private:
  static const std::string& id_of(const OrderedJson& entry) {
    return entry["id"].get_ref<const std::string&>();
  }

  void add(OrderedJson entry) {
    taken_.insert(id_of(entry));
    entries_.push_back(std::move(entry));
  }

  void add_model(const config::ModelConfig& model) {
    if (model.unlisted || !facts_.caller.may_use(model.id.str())) return;
    add(named_entry(facts_, model, model.id.str()));
    if (!config_.include_aliases_in_list) return;
    for (const std::string& alias : model.aliases) {
      // An alias that is the id of another model would never lead here, so it is no name.
      if (alias != model.id.str() && facts_.lookup.find(alias) == &model)
        add(named_entry(facts_, model, alias));
    }
  }

  // A pin of a name that is something anyway is listed as that.
  void add_pins() {
    for (const config::Selector& selector : config_.selectors) taken_.insert(selector.id);
    for (const config::Peer& peer : config_.peers) taken_.insert(peer.models.begin(), peer.models.end());
    for (const config::Profile::Pin& pin : facts_.active->pins) {
      const bool known = taken_.count(pin.name) > 0 || facts_.lookup.find(pin.name) != nullptr;
      if (!pin.target.empty() && !known && may_use(facts_, pin.target)) add(pin_entry(facts_, pin));
    }
  }

  const ListingFacts& facts_;
  const config::Config& config_;
  std::set<std::string> taken_;
  std::vector<OrderedJson> entries_;
};

std::optional<OrderedJson> find_peers_model(const ListingFacts& facts, std::string_view name) {
  for (const config::Peer& peer : facts.lookup.config().peers) {
    for (const std::string& model : peer.models) {
      if (peer.id + "/" + model == name) return peer_entry(peer, model, facts.now);
    }
  }
  return std::nullopt;
}

std::optional<OrderedJson> find_pin(const ListingFacts& facts, std::string_view name) {
  if (facts.active == nullptr) return std::nullopt;
  for (const config::Profile::Pin& pin : facts.active->pins) {
    if (pin.name == name && !pin.target.empty() && may_use(facts, pin.target)) return pin_entry(facts, pin);
  }
  return std::nullopt;
}

}  // namespace

std::vector<OrderedJson> listing(const ListingFacts& facts) { return Listing(facts).make(); }

std::optional<OrderedJson> listed(const ListingFacts& facts, std::string_view name) {
  if (!may_use(facts, std::string(name))) return std::nullopt;
  if (const config::ModelConfig* model = facts.lookup.find(name))
    return named_entry(facts, *model, std::string(name));
  for (const config::Selector& selector : facts.lookup.config().selectors) {
    if (selector.id == name) return selector_entry(selector, state_of(facts, selector), facts.now);
  }
  if (auto entry = find_peers_model(facts, name)) return entry;
  return find_pin(facts, name);
}

}  // namespace paddock::api
