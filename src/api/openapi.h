// The description of our own API, OpenAPI 3.1: src/api/openapi.json, put into the program by the build. A
// test compares its paths with the routes. Constant; any thread.
#pragma once

namespace paddock::api {

extern const char* const kOpenApi;

}  // namespace paddock::api
