#include "config_writer.h"

#include <openssl/evp.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "check_report.h"
#include "machine_facts.h"
#include "paddock/base/text.h"
#include "paddock/config/load.h"
#include "paddock/http/error.h"
#include "text_check.h"
#include "whole_file.h"

namespace paddock::app {

namespace {

using Json = nlohmann::ordered_json;

http::Reply refusal(int status, const char* code, std::string message) {
  http::ApiError error;
  error.status = status;
  error.code = code;
  error.message = std::move(message);
  error.retry_pointless = true;
  return http::to_reply(error);
}

http::Reply later(const char* code, std::string message) {
  http::ApiError error;
  error.status = 503;
  error.code = code;
  error.message = std::move(message);
  error.retry_after_s = 1;
  return http::to_reply(error);
}

http::Reply shutting_down() { return later("shutting_down", "paddock is shutting down"); }

// As not_applied() of a reload, with findings that tell nothing of the environment.
http::Reply invalid(const std::string& faults) {
  http::Reply reply = refusal(400, "config_invalid",
                              "the text has errors, so that the file and everything else is as it was");
  Json json = Json::parse(reply.body);
  json["reloaded"] = false;
  json["diagnostics"] = Json::parse(faults)["diagnostics"];
  reply.body = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return reply;
}

http::Reply changed_meanwhile(const std::string& path) {
  return refusal(412, "config_changed",
                 path +
                     " is not the text any more that If-Match names: somebody has changed it. Get it again "
                     "(GET /api/config/file) and make your change there");
}

http::Reply with_version(http::Reply reply, std::string_view text) {
  reply.headers.emplace_back("ETag", version_of(text));
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

http::Reply handed_out(const std::string& path) {
  auto text = read_whole(path);
  if (!text) return refusal(500, "config_not_read", text.error().sentence);
  http::Reply reply;
  reply.content_type = "text/plain; charset=utf-8";
  reply.body = std::move(*text);
  return with_version(reply, reply.body);
}

// A file of no bytes is taken for one that is still being written.
std::string faults_or_empty(const std::string& text, const config::Config& running) {
  const config::EnvLookup env = config::process_environment();
  if (!text.empty()) return faults_in(text, running, env, ThisMachine());
  const config::Diagnostic empty{config::Severity::kError,
                                 running.files.front(),
                                 {},
                                 "the text is empty",
                                 "write `models: {}` if there are to be no models"};
  return Json{{"diagnostics", Json::array({finding_json(empty)})}}.dump();
}

// Nothing: it is there now.
std::optional<http::Reply> put(const std::string& path, const std::string& text,
                               const std::string& if_match) {
  const auto before = read_whole(path);
  if (!before) return refusal(500, "config_not_written", before.error().sentence);
  if (!names_version(if_match, version_of(*before))) return changed_meanwhile(path);
  if (*before == text) return std::nullopt;
  if (const auto done = replace_whole(path, text, *before); !done) {
    spdlog::warn("the configuration was not written: {}", done.error().sentence);
    return refusal(500, "config_not_written", done.error().sentence);
  }
  spdlog::info("{} was changed over the API; what it was is in {}.bak", path, path);
  return std::nullopt;
}

std::string in_hex(const unsigned char* bytes, std::size_t count) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out += kDigits[bytes[i] >> 4];
    out += kDigits[bytes[i] & 15];
  }
  return out;
}

}  // namespace

std::string why_not_written(const config::Config& config) {
  if (!config.access.config_write) {
    return "the configuration cannot be changed from here, because `admin.config_write` is not on: set it to "
           "true in the file and reload, if admins are to be able to";
  }
  if (config.files.size() != 1) {
    return "the configuration comes from " + std::to_string(config.files.size()) +
           " files: change the one that you mean where it is, and reload";
  }
  return {};
}

std::optional<http::Reply> refused_to_write(const config::Config& config) {
  std::string why = why_not_written(config);
  if (why.empty()) return std::nullopt;
  if (!config.access.config_write) return refusal(403, "config_write_off", std::move(why));
  return refusal(409, "config_of_many_files", std::move(why));
}

std::string version_of(std::string_view text) {
  constexpr unsigned kEnough = 16;  // bytes
  unsigned char digest[EVP_MAX_MD_SIZE] = {};
  EVP_Digest(text.data(), text.size(), digest, nullptr, EVP_sha256(), nullptr);
  return '"' + in_hex(digest, kEnough) + '"';
}

bool names_version(std::string_view if_match, std::string_view version) {
  while (!if_match.empty()) {
    const std::size_t comma = if_match.find(',');
    std::string_view tag = trim(if_match.substr(0, comma));
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || tag == version) return true;
    if_match.remove_prefix(comma == std::string_view::npos ? if_match.size() : comma + 1);
  }
  return false;
}

void ConfigWriter::file(Replied replied) const {
  const auto config = live_.config();
  if (auto refused = refused_to_write(*config)) return replied(std::move(*refused));
  wires_.files([path = config->files.front(), replied = std::move(replied)](const Reload& reload) {
    replied(reload ? handed_out(path) : shutting_down());
  });
}

void ConfigWriter::write(std::string text, std::string if_match, Replied replied) const {
  const auto config = live_.config();
  if (auto refused = refused_to_write(*config)) return replied(std::move(*refused));
  if (if_match.empty()) {
    return replied(
        refusal(428, "version_missing",
                "say in If-Match which text you have changed: the ETag of GET /api/config/file, or "
                "* to replace whatever there is"));
  }
  const Job job = [text, if_match, replied, path = config->files.front()](const Reload& reload) {
    if (!reload) return replied(shutting_down());
    if (auto failed = put(path, text, if_match)) return replied(std::move(*failed));
    reload([text, replied](const LiveConfig::Reloaded& reloaded) {
      http::Reply reply;
      reply.status = reloaded.applied ? 200 : 400;
      reply.body = reloaded.report;
      replied(with_version(std::move(reply), text));
    });
  };
  wires_.ask([text = std::move(text), config] { return faults_or_empty(text, *config); },
             [files = wires_.files, job, replied](const std::optional<std::string>& faults) {
               if (!faults)
                 return replied(
                     later("busy", "others have asked to think about configurations, which takes a while"));
               if (!faults->empty()) return replied(invalid(*faults));
               files(job);
             });
}

}  // namespace paddock::app
