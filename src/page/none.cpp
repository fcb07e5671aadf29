// UI=off.
#include "paddock/page/page.h"

namespace paddock::page {

std::span<const File> built_in() { return {}; }

}  // namespace paddock::page
