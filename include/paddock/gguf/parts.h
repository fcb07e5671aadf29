// The names of a GGUF in several files, as llama.cpp's tool writes them. Pure; any thread.
#pragma once

#include <string>
#include <vector>

namespace paddock::gguf {

// All parts of `x-00002-of-00003.gguf`, that one too; none for any other name.
std::vector<std::string> parts_of(const std::string& path);

}  // namespace paddock::gguf
