// Who may do what: keys, origins, hosts, proxies.
#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "endpoint.h"
#include "paddock/base/ip_range.h"
#include "paddock/base/text.h"
#include "report.h"
#include "validate_names.h"

namespace paddock::config {

namespace {

bool any_of_them(const Located<Text>& entry) { return entry.value.value == "*"; }

class KeyRules {
 public:
  KeyRules(const NameTable& names, Report& report) : names_(names), report_(report) {}

  void add(const ApiKeyDraft& draft) {
    what_ = "'apiKeys[" + std::to_string(count_++) + "]'";
    if (draft.broken || draft.key.broken) return;
    ApiKey key;
    key.key = secret(draft);
    key.name = name(draft.name);
    key.models = models(draft.models);
    key.roles = roles(draft);
    if (is_new(draft.pos, key)) keys_.push_back(std::move(key));
  }

  std::vector<ApiKey> take() { return std::move(keys_); }

 private:
  // Given and saying nothing: what the writer left out would open more than was meant.
  static bool is_empty(const Field<TextList>& field) {
    return field.given() && !field.broken && (!field.value || field.value->value.empty());
  }

  std::string secret(const ApiKeyDraft& draft) {
    if (!draft.key.value) {
      report_.error(draft.pos, what_ + " has no 'key'", "give the secret, or remove the entry");
      return {};
    }
    const std::string& key = draft.key.value->value.value;
    const SourcePos pos = draft.key.value->pos;
    if (key.empty()) report_.error(pos, what_ + " is empty", "remove it, or all keys to let everybody in");
    if (find_unfit_byte(key)) {
      report_.error(pos, what_ + " holds a blank or a control byte", "a header cannot carry it");
    }
    return key;
  }

  std::string name(const Field<Text>& field) {
    if (!field.value) return {};
    constexpr std::size_t kLongest = 64;
    std::string name(trim(field.value->value.value));
    if (name.size() > kLongest || printable(name) != name) {
      report_.error(field.value->pos, what_ + ": its 'name' is longer than 64 bytes or holds a control byte",
                    "logs show it");
    }
    const auto same = [&](const ApiKey& other) { return !name.empty() && other.name == name; };
    if (std::any_of(keys_.begin(), keys_.end(), same)) {
      report_.error(field.value->pos, what_ + ": another key has the same 'name'",
                    "logs could not tell them apart");
    }
    return name;
  }

  std::vector<std::string> models(const Field<TextList>& field) {
    std::vector<std::string> ids;
    if (is_empty(field)) {
      report_.error(field.key, what_ + ": its 'models' is empty", "name some, or remove it for all");
    }
    if (!field.value) return ids;
    for (const Located<Text>& entry : field.value->value) {
      const std::string name(trim(entry.value.value));
      const NameTable::Target target = names_.find(name);
      const bool known =
          target.kind != NameTable::Kind::kNothing && target.kind != NameTable::Kind::kAmbiguous;
      if (!known) {
        report_.error(entry.pos,
                      what_ + ": " + in_quotes(entry.value.shown()) + " of its 'models' is no model here",
                      names_.guess(name));
      } else if (std::find(ids.begin(), ids.end(), target.id) == ids.end()) {
        ids.push_back(target.id);
      }
    }
    return ids;
  }

  Roles roles(const ApiKeyDraft& draft) {
    if (is_empty(draft.roles)) {
      report_.error(draft.roles.key, what_ + ": its 'roles' is empty, so it opens nothing",
                    "name some of infer, observe and admin, or remove it for all");
    }
    const bool some_models = draft.models.given();
    if (!draft.roles.value) return some_models ? Roles{true, false, false} : Roles{};
    Roles roles{false, false, false};
    for (const Located<Text>& entry : draft.roles.value->value) add_role(entry, roles);
    if (some_models && (roles.observe || roles.admin)) {
      report_.warning(draft.roles.value->pos,
                      what_ + ": 'models' restricts infer only; observe and admin see every model");
    }
    return roles;
  }

  void add_role(const Located<Text>& entry, Roles& roles) {
    const std::string word = to_lower(trim(entry.value.value));
    if (word == "infer") {
      roles.infer = true;
    } else if (word == "observe") {
      roles.observe = true;
    } else if (word == "admin") {
      roles.admin = true;
    } else {
      report_.error(entry.pos, what_ + ": there is no role " + in_quotes(entry.value.shown()),
                    "write infer, observe or admin");
    }
  }

  bool is_new(SourcePos pos, const ApiKey& key) {
    const auto same =
        std::find_if(keys_.begin(), keys_.end(), [&](const ApiKey& other) { return other.key == key.key; });
    if (same == keys_.end()) return true;
    if (!(*same == key) && !key.key.empty()) {
      report_.error(pos, what_ + " is the same key as one before it, with other rights",
                    "write each key once");
    }
    return false;
  }

  const NameTable& names_;
  Report& report_;
  std::string what_;
  std::size_t count_ = 0;
  std::vector<ApiKey> keys_;
};

std::vector<ApiKey> api_keys(const Field<std::vector<ApiKeyDraft>>& field, const NameTable& names,
                             Report& report) {
  KeyRules rules(names, report);
  if (!field.value) return {};
  for (const ApiKeyDraft& draft : field.value->value) rules.add(draft);
  return rules.take();
}

// Browsers leave out the usual port of a scheme.
std::string without_usual_port(std::string origin) {
  const std::string_view usual = origin.starts_with("https:") ? ":443" : ":80";
  if (origin.ends_with(usual)) origin.resize(origin.size() - usual.size());
  return origin;
}

bool is_origin(std::string_view text) {
  const std::size_t mark = text.find("://");
  if (mark == 0 || mark == std::string_view::npos || find_unfit_byte(text)) return false;
  const std::string_view place = text.substr(mark + 3);
  return !place.empty() && place.find_first_of("/?#@*,\"") == std::string_view::npos;
}

std::vector<std::string> origins(const Field<TextList>& field, Report& report) {
  std::vector<std::string> list;
  if (!field.value) return list;
  for (const Located<Text>& entry : field.value->value) {
    const std::string text = to_lower(trim(entry.value.value));
    if (!any_of_them(entry) && !is_origin(text)) {
      report.error(entry.pos, "'cors.origins': " + in_quotes(entry.value.shown()) + " is no origin",
                   "write it as a browser does, like http://localhost:3000, with no path behind it");
      continue;
    }
    list.push_back(without_usual_port(text));
  }
  return list;
}

bool is_host(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  boost::system::error_code not_numeric;
  boost::asio::ip::make_address(std::string(text), not_numeric);
  if (!not_numeric) return true;
  return !text.empty() && !find_unfit_byte(text) &&
         text.find_first_of("/:?#@*,[]\"") == std::string_view::npos;
}

std::vector<std::string> hosts(const Field<TextList>& field, Report& report) {
  std::vector<std::string> list;
  if (!field.value) return list;
  for (const Located<Text>& entry : field.value->value) {
    const std::string text = to_lower(trim(entry.value.value));
    if (!any_of_them(entry) && !is_host(text)) {
      report.error(entry.pos, "'allowedHosts': " + in_quotes(entry.value.shown()) + " is no name of a host",
                   "write the name alone, without http:// and port, like box.lan or *.box.lan");
      continue;
    }
    list.push_back(text);
  }
  return list;
}

std::vector<std::string> proxies(const Field<TextList>& field, Report& report) {
  std::vector<std::string> list;
  if (!field.value) return list;
  for (const Located<Text>& entry : field.value->value) {
    const std::string text(trim(entry.value.value));
    if (const auto range = IpRange::parse(text); range.has_error()) {
      report.error(entry.pos, "'trustedProxies': " + in_quotes(entry.value.shown()) + " " + range.error());
      continue;
    }
    list.push_back(text);
  }
  return list;
}

// Who may write the file may have any program run.
bool config_write(const AdminDraft& draft, const Access& access, Report& report) {
  const Field<bool>& field = draft.config_write;
  if (!field.value || !field.value->value) return false;
  const std::vector<std::string>& origins = access.cors_origins;
  if (std::find(origins.begin(), origins.end(), "*") != origins.end()) {
    report.error(field.value->pos, "'admin.config_write' is on while 'cors.origins' has '*'",
                 "any page of the world could have programs run here: name the origins that you mean");
  } else if (access.api_keys.empty()) {
    report.warning(field.value->pos,
                   "'admin.config_write' is on and there are no 'apiKeys': whoever reaches paddock may "
                   "change what it runs",
                   "give keys, of which those without the role admin may not");
  }
  return true;
}

}  // namespace

Access validate_access(const Draft& draft, const NameTable& names, Report& report) {
  Access access;
  access.api_keys = api_keys(draft.api_keys, names, report);
  access.cors_origins = origins(draft.cors.origins, report);
  access.allowed_hosts = hosts(draft.allowed_hosts, report);
  access.trusted_proxies = proxies(draft.trusted_proxies, report);
  access.config_write = config_write(draft.admin, access, report);
  return access;
}

}  // namespace paddock::config
