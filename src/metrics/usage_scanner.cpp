#include "paddock/metrics/usage_scanner.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "inflater.h"
#include "paddock/base/text.h"
#include "usage_json.h"

namespace paddock::metrics {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostRefusal = 16 << 10;  // longer ones are no sentences
constexpr std::size_t kMostSentence = 500;
constexpr std::string_view kData = "data:";

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The first of the places where servers put their reason.
std::string refusal_in(const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return {};
  std::string said;
  const auto error = json.find("error");
  if (error != json.end() && error->is_object()) said = text_of(*error, "message");
  for (const char* key : {"error", "message", "detail"}) {
    if (said.empty()) said = text_of(json, key);
  }
  if (said.size() <= kMostSentence) return said;
  std::size_t cut = kMostSentence;
  while (cut > 0 && (static_cast<unsigned char>(said[cut]) & 0xc0) == 0x80) --cut;
  return said.substr(0, cut) + "...";
}

}  // namespace

Coding coding_of(std::string_view header) {
  const std::string_view coding = trim(header);
  if (coding.empty() || iequals(coding, "identity")) return Coding::kPlain;
  if (iequals(coding, "gzip") || iequals(coding, "x-gzip")) return Coding::kGzip;
  return iequals(coding, "deflate") ? Coding::kDeflate : Coding::kOther;
}

class UsageScanner::Impl {
 public:
  Impl(Form form, Coding coding)
      : form_(form), coding_(coding), json_(form == Form::kEvents, form == Form::kInfill) {
    if (coding == Coding::kGzip || coding == Coding::kDeflate) inflater_.emplace(coding, kMostDecoded);
    if (form == Form::kRefusal) refusal_.reserve(1024);
  }

  void feed(std::string_view bytes) {
    if (coding_ == Coding::kOther) return;
    if (!inflater_) return scan(bytes);
    if (behind_) return;
    if (!waits_) return keep(decode(bytes));
    keep(bytes);
    work();
  }

  bool work() {
    if (!waits_) return false;
    const std::size_t left = decode(waiting_).size();
    waiting_.erase(0, waiting_.size() - left);
    return waits_;
  }

  Result end() {
    while (work()) {
    }
    const bool too_much = behind_ || (inflater_ && inflater_->exhausted());
    if (coding_ == Coding::kOther || too_much) return {kUnreadUsage, {}};
    if (inflater_ && inflater_->broken()) return {kUnreadUsage, "the answer's coding is broken"};
    if (form_ == Form::kRefusal) return {Usage(), refusal_in(refusal_)};
    if (form_ == Form::kEvents) end_line();
    return {read_usage(form_ == Form::kEvents ? sum_ : json_.whole() ? json_.told() : Told()), {}};
  }

  std::uint64_t tokens() const {
    return std::max(events_, static_cast<std::uint64_t>(std::max<std::int64_t>(counted_, 0)));
  }

 private:
  // What is left of the bytes. That none are does not say that all was decoded: see waits_.
  std::string_view decode(std::string_view bytes) {
    inflater_->put(bytes);
    waits_ = true;
    std::string_view piece;
    for (std::size_t done = 0; waits_ && done < kDecodedAtOnce; done += piece.size()) {
      waits_ = inflater_->next(piece);
      if (waits_) scan(piece);
    }
    return waits_ ? inflater_->rest() : std::string_view();
  }

  void keep(std::string_view bytes) {
    behind_ = bytes.size() > kMostWaiting - waiting_.size();
    if (!behind_)
      waiting_ += bytes;
    else
      waiting_ = std::string();
    if (behind_) waits_ = false;
  }

  void scan(std::string_view plain) {
    if (form_ == Form::kEvents) return scan_lines(plain);
    if (form_ != Form::kRefusal) return json_.feed(plain);
    refusal_.append(plain.substr(0, kMostRefusal - std::min(kMostRefusal, refusal_.size())));
  }

  void scan_lines(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      scan_line(text.substr(0, end));
      if (end == std::string_view::npos) return;
      end_line();
      text.remove_prefix(end + 1);
    }
  }

  void scan_line(std::string_view part) {
    while (!part.empty() && matched_ < kData.size()) {
      const char c = part.front();
      part.remove_prefix(1);
      if (matched_ == 0 && (c == ' ' || c == '\t')) continue;
      matched_ = c == kData[matched_] ? matched_ + 1 : kOtherLine;
    }
    if (matched_ == kData.size()) json_.feed(part);
  }

  void end_line() {
    if (matched_ == kData.size()) {
      if (json_.whole()) take_event();
      json_.restart();
    }
    matched_ = 0;
  }

  void take_event() {
    ++events_;
    add_told(sum_, json_.told());
    if (json_.told().usage || json_.told().timings) counted_ = read_usage(sum_).output;
  }

  static constexpr std::size_t kOtherLine = kData.size() + 1;

  const Form form_;
  const Coding coding_;
  std::optional<Inflater> inflater_;
  std::string waiting_;  // coded bytes
  bool waits_ = false;   // there is more to decode, of these or of what the inflater has taken
  bool behind_ = false;  // by so much that it was given up
  UsageJson json_;
  Told sum_;  // of the events so far
  std::uint64_t events_ = 0;
  std::int64_t counted_ = 0;  // by the events themselves
  std::size_t matched_ = 0;   // of kData, at the line's begin
  std::string refusal_;
};

UsageScanner::UsageScanner(Form form, Coding coding) : impl_(std::make_unique<Impl>(form, coding)) {}
UsageScanner::~UsageScanner() = default;
UsageScanner::UsageScanner(UsageScanner&&) noexcept = default;
UsageScanner& UsageScanner::operator=(UsageScanner&&) noexcept = default;

void UsageScanner::feed(std::string_view bytes) { impl_->feed(bytes); }

bool UsageScanner::work() { return impl_->work(); }

std::uint64_t UsageScanner::tokens() const { return impl_->tokens(); }

UsageScanner::Result UsageScanner::end() { return impl_->end(); }

}  // namespace paddock::metrics
