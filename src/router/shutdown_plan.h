// How the budget of a shutdown is spent. Pure.
//
//   request                        cut_after                      kill_after   budget
//      |--- requests may finish ------|--- their models may stop -----|--- reaping ---|
//      |--- idle models may stop -------------------------------------|
//
// Each model has its own unload_grace from the moment that it is told to stop, but not beyond kill_after.
#pragma once

#include "paddock/base/clock.h"

namespace paddock::router {

// Counted from the request: when what still runs is killed.
Duration kill_after(Duration budget);

// Likewise: when running requests are cut. `longest_unload` is the longest unload_grace of the models on
// which they run. These get it in full, but never more than about half of the budget: a stubborn server takes
// nothing from those that still answer.
Duration cut_after(Duration budget, Duration longest_unload);

}  // namespace paddock::router
