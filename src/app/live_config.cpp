#include "live_config.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "check_report.h"
#include "config_view.h"
#include "config_writer.h"
#include "machine_facts.h"
#include "paddock/base/wall_time.h"
#include "paddock/http/error.h"
#include "text_check.h"
#include "together.h"
#include "together_view.h"

namespace paddock::app {

namespace {

using Json = nlohmann::ordered_json;

std::string text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json findings_json(const std::vector<config::Diagnostic>& findings) {
  Json list = Json::array();
  for (const config::Diagnostic& found : findings) list.push_back(finding_json(found));
  return list;
}

Json names_json(const std::vector<ModelId>& models) {
  Json list = Json::array();
  for (const ModelId& model : models) list.push_back(model.str());
  return list;
}

}  // namespace

LiveConfig::LiveConfig(config::LoadResult first, bool watched)
    : watched_(watched),
      current_(std::make_shared<config::Lookup>(std::move(first.config))),
      findings_(std::move(first.diagnostics)),
      loaded_(std::chrono::system_clock::now()) {}

std::shared_ptr<const config::Config> LiveConfig::config() const {
  const std::shared_ptr<const config::Lookup> lookup = current_.get();
  return {lookup, &lookup->config()};
}

std::vector<config::Diagnostic> LiveConfig::findings() const {
  const std::lock_guard lock(mutex_);
  return findings_;
}

void LiveConfig::accept(config::LoadResult result) {
  const std::lock_guard lock(mutex_);
  current_.set(std::make_shared<config::Lookup>(std::move(result.config)));
  findings_ = std::move(result.diagnostics);
  loaded_ = std::chrono::system_clock::now();
  rejected_.reset();
}

void LiveConfig::reject(std::vector<config::Diagnostic> findings) {
  const std::lock_guard lock(mutex_);
  rejected_ = Rejected{std::chrono::system_clock::now(), std::move(findings)};
}

std::string LiveConfig::description() const {
  std::unique_lock lock(mutex_);
  const std::shared_ptr<const config::Config> effective = config();
  Json json;
  json["files"] = effective->files;
  json["watched"] = watched_;
  json["loaded"] = rfc3339(loaded_);
  json["diagnostics"] = findings_json(findings_);
  json["rejected"] = nullptr;
  if (rejected_) {
    json["rejected"] = {{"at", rfc3339(rejected_->at)}, {"diagnostics", findings_json(rejected_->findings)}};
  }
  lock.unlock();
  const std::string why = why_not_written(*effective);
  json["not_writable"] = why.empty() ? Json() : Json(why);
  json["config"] = view_of(*effective);
  return text(json);
}

void LiveConfig::check(std::string text, Answered answered) {
  about_texts_(
      [text = std::move(text), running = config()] {
        return check_text(text, *running, config::process_environment(), ThisMachine());
      },
      std::move(answered));
}

void LiveConfig::together(Answered answered) {
  about_pairs_([running = config()] { return together_json(together_in(*running)); }, std::move(answered));
}

void LiveConfig::file(Replied replied) { writer_->file(std::move(replied)); }

void LiveConfig::write(std::string text, std::string if_match, Replied replied) {
  writer_->write(std::move(text), std::move(if_match), std::move(replied));
}

api::ConfigDesk::Reloaded applied(const Changes& changes, const std::vector<config::Diagnostic>& findings) {
  Json json;
  json["reloaded"] = true;
  json["added"] = names_json(changes.added);
  json["removed"] = names_json(changes.removed);
  json["renewed"] = names_json(changes.renewed);
  json["next_start"] = changes.next_start;
  json["diagnostics"] = findings_json(findings);
  return {true, text(json)};
}

api::ConfigDesk::Reloaded not_applied(const std::string& why,
                                      const std::vector<config::Diagnostic>& findings) {
  http::ApiError error;
  error.status = 400;
  error.code = "config_invalid";
  error.message = why;
  error.retry_pointless = true;
  Json json = Json::parse(http::to_reply(error).body);
  json["reloaded"] = false;
  json["diagnostics"] = findings_json(findings);
  return {false, text(json)};
}

}  // namespace paddock::app
