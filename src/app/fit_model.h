// `paddock fit MODEL`: what a running daemon says about whether the model fits.
#pragma once

#include "cli.h"

namespace paddock::app {

// 0: it was answered, whatever the verdict; 1: it was not.
int fit_model(const FitModelCommand& command);

}  // namespace paddock::app
