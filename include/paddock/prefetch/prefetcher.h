// Prefetcher reads the weights that a launch will read, before it starts, so that it finds them in the page
// cache: disks are idle while the model that has the place is still busy.
//
// Weights are the files of 16 MiB and more that the command names, in whatever way (engine::Command): as an
// argument, behind `=`, in a script or a variable; and of a GGUF in several files (`-00001-of-00003.gguf`)
// the others, too. They are read once through, on a thread of their own that yields to everybody in time and
// disk, one launch at a time; a newer order replaces the older. Nothing is read if less RAM is available
// (MemAvailable) than the files are large: what others have in the cache is worth more. Advice all along:
// whatever fails is a line at debug. One thread: the io_context's. Destroying it ends the reading with the
// next 4 MiB, and waits for nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "paddock/base/errands.h"
#include "paddock/base/ids.h"

namespace paddock::prefetch {

struct Options {
  std::string meminfo = "/proc/meminfo";
  std::uint64_t smallest = 16 << 20;  // of the files that are taken for weights
};

// The bytes of the weights that a command names; the environment is the child's. Looks at the file system, so
// it may be slow or hang. Any thread.
std::uint64_t weights_of(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                         const Options& options = {});

class Prefetcher {
 public:
  explicit Prefetcher(boost::asio::io_context& context, Options options = {});
  ~Prefetcher();
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  void begin(const ModelId& model, std::vector<std::string> argv, std::vector<std::string> environment);
  // It starts, or will not: ends the reading if that is still for this model.
  void end(const ModelId& model);

 private:
  struct Order;

  const Options options_;
  std::shared_ptr<Order> order_;  // the newest; null: it has ended
  Errands errands_;
};

}  // namespace paddock::prefetch
