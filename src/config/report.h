// Report: where all stages put what they find. It knows the file's name, keeps the order of the file and
// bounds how much is kept, so that a hostile file cannot make it grow.
//
// Not a logger: nothing is printed here. One loading, one thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "paddock/config/diagnostic.h"

namespace paddock::config {

class Report {
 public:
  explicit Report(std::string file) : file_(std::move(file)) {}

  void error(SourcePos pos, std::string message, std::string hint = {});
  void warning(SourcePos pos, std::string message, std::string hint = {});

  // Whether more findings would only be counted; then guesses for hints are not worth their cost.
  bool full() const;
  // In the order of the file, each once, and cut with a last one that says so.
  std::vector<Diagnostic> take();

  // How a message calls another place: "line 3".
  std::string line_of(SourcePos pos) const;

 private:
  void add(Severity severity, SourcePos pos, std::string message, std::string hint);

  std::string file_;
  std::vector<Diagnostic> kept_;
  std::size_t dropped_ = 0;
  bool dropped_error_ = false;
};

// A piece of the user's text inside a message: quoted, without control bytes, cut when long.
std::string in_quotes(std::string_view text);

}  // namespace paddock::config
