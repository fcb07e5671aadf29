#include "brake.h"

namespace paddock::router {

scheduler::Backoff back_off(process::FailureClass failure) {
  using process::FailureClass;
  using namespace std::chrono_literals;
  switch (failure) {
    case FailureClass::kPortTaken:
    case FailureClass::kUnknown:
      return {1s, 30s};
    case FailureClass::kOutOfVram:  // others give theirs back
    case FailureClass::kOutOfRam:
      return {1s, 60s};
    case FailureClass::kSignal:
    case FailureClass::kExit:
    case FailureClass::kNoAnswer:
    case FailureClass::kTimeout:  // has cost its time already
      return {2s, 120s};
    case FailureClass::kDriver:
    case FailureClass::kFileMissing:
    case FailureClass::kBadFlag:
      return {5s, 300s};
  }
  return {1s, 30s};
}

}  // namespace paddock::router
