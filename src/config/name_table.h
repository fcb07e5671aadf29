// NameTable: every name that a request may use, and what it stands for.
//
// Of equal names an id wins over an alias, both over a selector, that over a peer's model by its full name
// `<peer>/<model>`, and that over a peer's model by its bare name. Not Lookup, which serves requests: this
// one lives while a file is checked, and points into the Draft. One loading, one thread.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "draft.h"
#include "report.h"

namespace paddock::config {

class NameTable {
 public:
  enum class Kind {
    kNothing,
    kModel,
    kSelector,
    kPeer,
    kAmbiguous,  // the bare name of a model that more than one peer has
  };
  struct Target {
    Kind kind = Kind::kNothing;
    std::string id;  // of the model or selector, or the full name of the peer's model
  };

  // Reports names that are given twice or that hide each other.
  NameTable(const Draft& draft, Report& report);

  Target find(std::string_view name) const;
  // A hint; empty when no name is near.
  std::string guess(std::string_view wrong) const;

 private:
  struct Alias {
    SourcePos pos;
    std::string_view model;
  };
  struct PeerModel {
    SourcePos pos;
    std::string_view peer;
  };
  struct Bare {
    std::string_view peer;
    bool ambiguous = false;
  };

  std::string in_line(SourcePos pos) const;
  void add_alias(const ModelDraft& model, const Located<Text>& alias);
  void add_params_name(const ModelDraft& model, const ParamsByIdDraft& params);
  void add_selector(const SelectorDraft& selector);
  void add_peer(const PeerDraft& peer);
  void add_peer_model(const PeerDraft& peer, const Located<Text>& model);
  std::string holder_of(std::string_view name) const;
  void collect_names(const Draft& draft);

  Report& report_;
  std::unordered_map<std::string_view, SourcePos> ids_;
  std::unordered_map<std::string_view, Alias> aliases_;
  std::unordered_map<std::string_view, SourcePos> selectors_;
  std::unordered_map<std::string_view, SourcePos> pins_;
  std::unordered_map<std::string, PeerModel> peers_;  // by full name
  std::unordered_map<std::string_view, Bare> bare_;
  std::vector<std::string> names_;  // for guesses, not all if there are very many
};

}  // namespace paddock::config
