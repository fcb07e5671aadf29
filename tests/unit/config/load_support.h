// What the tests of loading share: a marked text in, the result and the marks out.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "paddock/config/load.h"
#include "tests/support/captured_diagnostics.h"
#include "tests/support/marked_text.h"

namespace paddock::config {

// Nearly every test of loading says with these words what was found.
using test::error;
using test::hint;
using test::warning;
using testing::AllOf;
using testing::ElementsAre;
using testing::IsEmpty;

using Environment = std::map<std::string, std::string>;

struct Loaded {
  test::MarkedText marked;
  LoadResult result;

  SourcePos at(const std::string& mark) const { return marked.at(mark); }
  const std::vector<Diagnostic>& diagnostics() const { return result.diagnostics; }
  // Ends the test program's test with the findings if there is no Config.
  const Config& config() const;
  const ModelConfig& model(std::size_t index = 0) const { return config().models.at(index); }
};

Loaded load(std::string_view marked, const Environment& environment = {});

// The marked lines as the body of one model "m"; indented by the caller with four blanks.
Loaded load_model(const std::string& marked_body, const Environment& environment = {});

std::vector<std::string> texts(const std::vector<PortText>& words);

}  // namespace paddock::config
