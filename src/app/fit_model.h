// `paddock fit MODEL`: what a running daemon says about whether the model fits.
#pragma once

#include <string>

#include "paddock/client/client.h"

namespace paddock::app {

// Whether a model fits, asked of a running daemon.
struct FitModelCommand {
  client::Address address;
  std::string model;  // not empty
  bool json = false;  // the answer as it came
};

// 0: it was answered, whatever the verdict; 1: it was not.
int fit_model(const FitModelCommand& command);

}  // namespace paddock::app
