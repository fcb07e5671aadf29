// Report: where all stages put what they find. It knows the files' names, keeps the order of the files and
// bounds how much is kept, so that a hostile file cannot make it grow.
//
// Not a logger: nothing is printed here. One loading, one thread.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/config/diagnostic.h"

namespace paddock::config {

class Report {
 public:
  explicit Report(std::vector<std::string> files) : files_(std::move(files)) {}

  // The file is the place's, which may have no line: then the whole file is meant.
  void error(SourcePos pos, std::string message, std::string hint = {});
  void warning(SourcePos pos, std::string message, std::string hint = {});

  // Whether more findings would only be counted; then guesses for hints are not worth their cost.
  bool full() const;
  // Whether there is an error among the findings.
  bool failed() const;
  // File by file, each from its top, each once, and cut with a last one that says so.
  std::vector<Diagnostic> take();

  // A value that no message may show, wherever it comes from. Short ones would hide half the words of a
  // message and are left to those who write it.
  void hide(std::string_view value);

  // How a message calls another place: "line 3", or "b.yaml:3" where several files are read.
  std::string line_of(SourcePos pos) const;

 private:
  void add(Severity severity, SourcePos pos, std::string message, std::string hint);
  std::string name_of(int file) const;
  void mask(std::string& text) const;

  std::vector<std::string> files_;
  std::vector<Diagnostic> kept_;
  std::set<std::string, std::less<>> hidden_;
  std::size_t dropped_ = 0;
  bool dropped_error_ = false;
};

// A piece of the user's text inside a message: quoted, without control bytes, cut when long.
std::string in_quotes(std::string_view text);

}  // namespace paddock::config
