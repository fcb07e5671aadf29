#include "directions.h"

#include <algorithm>

#include "paddock/base/text.h"

namespace paddock::http {

namespace {

using config::Lookup;

const config::Profile::Pin* pin_of(const config::Profile* profile, const std::string& name) {
  if (profile == nullptr) return nullptr;
  const auto pin = std::find_if(profile->pins.begin(), profile->pins.end(),
                                [&name](const config::Profile::Pin& one) { return one.name == name; });
  return pin == profile->pins.end() ? nullptr : &*pin;
}

ApiError switched_off(const std::string& name, const config::Profile& profile) {
  ApiError error;
  error.status = 404;
  error.code = "model_not_found";
  error.param = name;
  error.message = "the name `" + printable(name) + "` is switched off while profile `" +
                  printable(profile.name) + "` is active";
  error.retry_pointless = true;
  return error;
}

ApiError none_usable(const config::Selector& selector) {
  ApiError error;
  error.status = 503;
  error.code = "no_target";
  error.param = selector.id;
  error.message =
      "all targets of selector `" + printable(selector.id) + "` are being stopped; ask again in a moment";
  error.retry_after_s = 1;
  return error;
}

}  // namespace

std::optional<ApiError> Directions::begin(const std::string& asked) {
  name_ = asked;
  if (const config::Profile::Pin* pin = pin_of(profile_, asked)) {
    if (pin->target.empty()) return switched_off(asked, *profile_);
    name_ = pin->target;
  }
  found_ = lookup_.find_any(name_);
  selector_ = found_.selector;
  std::optional<ApiError> error = selector_ != nullptr ? follow_selector() : std::nullopt;
  if (!error && !found_) error = unknown();
  renamed_ = name_ != asked;
  return error;
}

std::optional<ApiError> Directions::follow_selector() {
  std::optional<Reservations::Taken> taken =
      reservations_.take(*selector_, [this](const std::string& target) {
        const Lookup::Found found = lookup_.find_any(target);
        Candidate candidate;
        candidate.ours = found.model != nullptr;
        if (candidate.ours) candidate.state = state_of_(found.model->id);
        return candidate;
      });
  if (!taken) return none_usable(*selector_);
  hold_ = std::move(taken->hold);
  name_ = selector_->targets[taken->target];
  found_ = lookup_.find_any(name_);
  return std::nullopt;
}

std::string Directions::id() const {
  if (found_.model != nullptr) return found_.model->id.str();
  return found_.peer != nullptr ? found_.peer->id + "/" + std::string(found_.peer_model) : name_;
}

bool Directions::next() {
  while (selector_ != nullptr && next_ < selector_->failover.size()) {
    const std::string& name = selector_->failover[next_++];
    if (name == name_) continue;
    hold_ = {};
    name_ = name;
    found_ = lookup_.find_any(name);
    renamed_ = true;
    if (found_) return true;
  }
  return false;
}

ApiError Directions::unknown() const { return no_such_model(name_, lookup_.nearest_name(name_)); }

}  // namespace paddock::http
