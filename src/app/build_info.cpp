#include "build_info.h"

namespace paddock::app {

const char* build_version() { return PADDOCK_VERSION; }
const char* build_commit() { return PADDOCK_COMMIT; }

}  // namespace paddock::app
