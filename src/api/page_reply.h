// The answer with one file of the page. Pure functions; any thread.
#pragma once

#include "paddock/http/handler.h"
#include "paddock/page/page.h"

namespace paddock::api {

// In the coding that the request takes; 304 if it has this very form already. Files that last may be kept for
// ever, others are asked for again each time. The page may run no script and style but its own files, and
// stand in no frame.
http::Reply page_reply(const page::File& file, const http::Request& request);

}  // namespace paddock::api
