// One GGUF file's header. See model.h for what is refused.
#pragma once

#include <string>

#include "bytes.h"
#include "paddock/gguf/model.h"

namespace paddock::gguf {

// A Model of one file. The error tells what is wrong, without the file's name.
Result<Model, std::string> read_header(Bytes& bytes);

}  // namespace paddock::gguf
