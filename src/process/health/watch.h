// HealthWatch asks a model that is ready again and again whether it still is: it says when three looks in a
// row found nobody.
//
// For launches whose process says nothing about them. A look may take as long as there is between two.
// Control thread. Destroying it ends the watch; `lost` is called at most once, never by the constructor.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "health/attempt.h"
#include "paddock/process/spawn_spec.h"
#include "paddock/process/supervisor.h"

namespace paddock::process {

class HealthWatch {
 public:
  // `ready`: the address that answered.
  HealthWatch(boost::asio::io_context& io, const SpawnSpec& spec, const Ready& ready,
              std::function<void()> lost);
  ~HealthWatch();

 private:
  void wait();
  void look();
  void looked(bool answered);

  boost::asio::io_context& io_;
  const std::string request_;
  const Ready ready_;
  const Duration every_;
  std::function<void()> lost_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<Attempt> attempt_;
  int misses_ = 0;                                        // in a row
  std::shared_ptr<int> alive_ = std::make_shared<int>();  // what late handlers look at
};

}  // namespace paddock::process
