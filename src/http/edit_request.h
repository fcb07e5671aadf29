// From the request as the client sent it to the one that the upstream gets: another name for the model, and
// the model's filters on a JSON body. Only what is changed is written anew; everything else is the client's
// bytes. Pure.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "asked_model.h"
#include "body_peek.h"
#include "paddock/config/model.h"
#include "request_body.h"

namespace paddock::http {

struct RequestEdit {
  std::string_view model;                    // the new name; empty: as it was sent
  const config::Filters* filters = nullptr;  // null: none
  std::string_view asked_as;                 // whose `setParamsByID` count
};

// Holds what was written anew; the rest is in the request's target and body, which must outlive it.
class EditedRequest {
 public:
  std::string_view target() const { return own_target_.empty() ? target_ : own_target_; }
  const BodyPieces& body() const { return body_; }
  std::uint64_t body_size() const { return size_; }
  // A sentence, if a filter cannot be applied to this body; then nothing else counts.
  const std::string& problem() const { return problem_; }

 private:
  friend EditedRequest edit_request(const AskedModel&, std::string_view, const RequestBody&, BodyPeeker&,
                                    const RequestEdit&);
  void splice_body(const RequestBody& body, const std::vector<Splice>& splices);
  void add(std::string text);

  std::string own_target_;
  std::string_view target_;
  std::deque<std::string> texts_;
  BodyPieces body_;
  std::uint64_t size_ = 0;
  std::string problem_;
};

// In this order: the model's name, `stripParams`, `setParams`, `setParamsByID` of the name that was asked
// for.
EditedRequest edit_request(const AskedModel& asked, std::string_view target, const RequestBody& body,
                           BodyPeeker& peeker, const RequestEdit& edit);

}  // namespace paddock::http
