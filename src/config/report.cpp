#include "report.h"

#include <algorithm>

#include "paddock/base/text.h"
#include "paddock/config/mask.h"

namespace paddock::config {

namespace {

constexpr std::size_t kKept = 1000;
constexpr std::size_t kShown = 200;
constexpr std::size_t kQuoted = 80;

}  // namespace

void Report::error(SourcePos pos, std::string message, std::string hint) {
  add(Severity::kError, pos, std::move(message), std::move(hint));
}

void Report::warning(SourcePos pos, std::string message, std::string hint) {
  add(Severity::kWarning, pos, std::move(message), std::move(hint));
}

bool Report::full() const { return kept_.size() >= kKept; }

bool Report::failed() const { return dropped_error_ || has_errors(kept_); }

void Report::add(Severity severity, SourcePos pos, std::string message, std::string hint) {
  if (full()) {
    ++dropped_;
    dropped_error_ = dropped_error_ || severity == Severity::kError;
    return;
  }
  kept_.push_back({severity, name_of(pos.file), pos, std::move(message), std::move(hint)});
}

std::string Report::name_of(int file) const {
  const auto index = static_cast<std::size_t>(file);
  return index < files_.size() ? files_[index] : std::string();
}

void Report::hide(std::string_view value) {
  constexpr std::size_t kShortest = 8;
  constexpr std::size_t kMost = 1000;
  if (value.size() < kShortest || hidden_.size() >= kMost || hidden_.contains(value)) return;
  hidden_.emplace(value);
}

void Report::mask(std::string& text) const {
  for (const std::string& value : hidden_) {
    for (std::size_t at = 0; (at = text.find(value, at)) != std::string::npos; at += kMask.size()) {
      text.replace(at, value.size(), kMask);
    }
  }
}

std::string Report::line_of(SourcePos pos) const {
  const std::string line = std::to_string(pos.line);
  return files_.size() < 2 ? "line " + line : printable(name_of(pos.file)) + ":" + line;
}

std::vector<Diagnostic> Report::take() {
  std::stable_sort(kept_.begin(), kept_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.pos < b.pos; });
  // A mapping that several models share through an anchor is read once for each of them.
  kept_.erase(std::unique(kept_.begin(), kept_.end()), kept_.end());
  if (kept_.size() > kShown) {
    const auto cut = kept_.begin() + kShown;
    dropped_ += static_cast<std::size_t>(kept_.end() - cut);
    dropped_error_ = dropped_error_ || has_errors({cut, kept_.end()});
    kept_.erase(cut, kept_.end());
  }
  for (Diagnostic& found : kept_) {
    mask(found.message);
    mask(found.hint);
  }
  if (dropped_ > 0) {
    const std::string file = files_.size() == 1 ? files_.front() : std::string();
    kept_.push_back({dropped_error_ ? Severity::kError : Severity::kWarning, file, SourcePos{},
                     std::to_string(dropped_) + " more findings are not shown", "mend the ones above first"});
  }
  return std::move(kept_);
}

std::string in_quotes(std::string_view text) { return "'" + printable(text, kQuoted) + "'"; }

}  // namespace paddock::config
