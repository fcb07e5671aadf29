#include "build_info.h"

namespace paddock::app {

const char* build_version() { return PADDOCK_VERSION; }
const char* build_commit() { return PADDOCK_COMMIT; }
const char* build_facts() { return PADDOCK_BUILD_FACTS; }

}  // namespace paddock::app
