// Directions: where one request goes, from the name that its client asked for.
//
// First the active profile may pin that name to another (once, by exact match), then a selector chooses one
// of its targets, then the name is a model of this file or a peer's. If there is no answer from there, the
// selector's fail-over list is tried in turn.
// Holds the selector's reservation until it moves on or dies. One request's coroutine only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "paddock/config/lookup.h"
#include "paddock/http/error.h"
#include "reservations.h"

namespace paddock::http {

class Directions {
 public:
  using StateOf = std::function<router::ModelState(const ModelId&)>;

  // All of them outlive it. `profile` may be null.
  Directions(const config::Lookup& lookup, const config::Profile* profile, Reservations& reservations,
             StateOf state_of)
      : lookup_(lookup), profile_(profile), reservations_(reservations), state_of_(std::move(state_of)) {}

  // The first destination; an error says why there is none.
  std::optional<ApiError> begin(const std::string& asked);
  // The next one of the fail-over list; false if there is none.
  bool next();

  // The destination: a model or a peer's model.
  const config::Lookup::Found& found() const { return found_; }
  // Its name as it counts from here on: for rules by name, listings and logs.
  const std::string& name() const { return name_; }
  // The name is not what the client wrote, so that it has to be written into the request.
  bool renamed() const { return renamed_; }

 private:
  std::optional<ApiError> follow_selector();
  ApiError unknown() const;

  const config::Lookup& lookup_;
  const config::Profile* const profile_;
  Reservations& reservations_;
  const StateOf state_of_;
  std::string name_;
  bool renamed_ = false;
  config::Lookup::Found found_;
  const config::Selector* selector_ = nullptr;
  Reservations::Hold hold_;
  std::size_t next_ = 0;  // in the fail-over list
};

}  // namespace paddock::http
