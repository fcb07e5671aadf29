// Which build this is, as CMake knew it. Constants; any thread.
#pragma once

namespace paddock::app {

const char* build_version();  // "0.1.0"
const char* build_commit();   // twelve hex digits, or "unknown" outside of a git checkout
const char* build_facts();    // "built by GNU 12.2.0 (Release, Linux x86_64)"

}  // namespace paddock::app
