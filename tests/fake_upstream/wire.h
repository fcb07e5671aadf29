// From a Script to the bytes on the wire. Pure.
#pragma once

#include <string>

#include "script.h"

namespace paddock::fake {

// False for HEAD, 204 and 304: their head is all there is.
bool has_body(const Script& script, const RequestHead& request);

std::string encode_interim(int status);
std::string encode_head(const Script& script);
std::string encode_piece(const Script& script, const std::string& piece);
// Last chunk and trailers; empty for other modes.
std::string encode_end(const Script& script);

}  // namespace paddock::fake
