#include "edit_request.h"

#include <algorithm>

namespace paddock::http {

namespace {

using Place = AskedModel::Place;

JsonPlan plan_of(const config::Filters& filters, std::string_view asked_as) {
  JsonPlan plan;
  for (const std::string& name : filters.strip_params) plan.strip(name);
  for (const config::Filters::Param& param : filters.set_params) plan.set(param.name, param.value);
  for (const config::Filters::ById& one : filters.set_params_by_id) {
    if (one.name != asked_as) continue;
    for (const config::Filters::Param& param : one.params) plan.set(param.name, param.value);
  }
  return plan;
}

std::string spelled(Place place, std::string_view model) {
  if (place == Place::kJson) return json_string(model);
  return place == Place::kMultipart ? std::string(model) : percent_encode(model);
}

}  // namespace

void EditedRequest::add(std::string text) {
  if (text.empty()) return;
  texts_.push_back(std::move(text));
  body_.push_back({texts_.back().data(), nullptr, 0, texts_.back().size()});
}

void EditedRequest::splice_body(const RequestBody& body, const std::vector<Splice>& splices) {
  std::uint64_t at = 0;
  for (const Splice& splice : splices) {
    body.append_pieces(at, splice.at, body_);
    add(splice.text);
    at = splice.at + splice.size;
  }
  body.append_pieces(at, body.size(), body_);
  for (const BodyPiece& piece : body_) size_ += piece.size;
}

EditedRequest edit_request(const AskedModel& asked, std::string_view target, const RequestBody& body,
                           BodyPeeker& peeker, const RequestEdit& edit) {
  EditedRequest out;
  std::vector<Splice> splices;
  if (asked.json && edit.filters != nullptr) {
    const JsonPlan plan = plan_of(*edit.filters, edit.asked_as);
    if (!plan.empty()) {
      JsonSplices found = peeker.plan(body.view().data(), body.view().size(), plan);
      out.problem_ = std::move(found.problem);
      splices = std::move(found.splices);
    }
  }
  out.target_ = target;
  const bool rename = !edit.model.empty() && asked.place != Place::kNone;
  const auto at = static_cast<std::size_t>(asked.at), size = static_cast<std::size_t>(asked.size);
  if (rename && asked.place == Place::kQuery) {
    out.own_target_ = std::string(target).replace(at, size, percent_encode(edit.model));
  } else if (rename) {
    const Splice name{at, size, spelled(asked.place, edit.model)};
    const auto earlier = [](const Splice& a, const Splice& b) { return a.at < b.at; };
    splices.insert(std::upper_bound(splices.begin(), splices.end(), name, earlier), name);
  }
  out.splice_body(body, splices);
  return out;
}

}  // namespace paddock::http
