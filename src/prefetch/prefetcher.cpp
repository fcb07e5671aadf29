#include "paddock/prefetch/prefetcher.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <utility>

#include "paddock/base/clock.h"
#include "paddock/base/read_text.h"
#include "paddock/base/unique_fd.h"
#include "paddock/engine/command.h"
#include "weight_files.h"

namespace paddock::prefetch {

namespace {

constexpr std::size_t kChunk = 4 << 20;

// How an order ended, for the log.
struct Outcome {
  std::size_t files = 0;
  std::uint64_t bytes = 0;                 // of all files
  std::uint64_t read = 0;                  // of them, as far as it came
  std::optional<std::uint64_t> available;  // set if that is why nothing was read
  bool was_ended = false;
  Duration time{0};
};

// Of the calling thread alone, as Linux takes these. Whether it works does not matter.
void yield_to_all() {
  constexpr int kThisThread = 1, kBestEffort = 2, kClassShift = 13, kLowest = 7;
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), 19);
  ::syscall(SYS_ioprio_set, kThisThread, 0, (kBestEffort << kClassShift) | kLowest);
}

std::string gib(std::uint64_t bytes) {
  return fmt::format("{:.2f} GiB", static_cast<double>(bytes) / (1 << 30));
}

// Whoever writes to it meanwhile does not make it longer.
void read_through(const WeightFile& weights, const std::atomic<bool>& ended, Outcome& outcome,
                  std::vector<char>& buffer) {
  const UniqueFd file(::open(weights.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file) return;
  ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  for (std::uint64_t at = 0; at < weights.size && !ended;) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count <= 0) return;
    at += static_cast<std::uint64_t>(count);
    outcome.read += static_cast<std::uint64_t>(count);
  }
}

std::vector<std::string> paths_of(const std::vector<std::string>& argv,
                                  const std::vector<std::string>& environment) {
  return engine::read_command(argv, environment, engine::script_at).mentioned;
}

Outcome carry_out(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                  const std::atomic<bool>& ended, const Options& options) {
  const TimePoint start = steady_now();
  Outcome outcome;
  yield_to_all();
  const std::vector<WeightFile> files = weight_files(paths_of(argv, environment), options.smallest);
  outcome.files = files.size();
  for (const WeightFile& file : files) outcome.bytes += file.size;
  const std::uint64_t available = available_memory(read_text(options.meminfo).value_or("")).value_or(0);
  if (available < outcome.bytes) {
    outcome.available = available;
    return outcome;
  }
  std::vector<char> buffer(files.empty() ? 0 : kChunk);
  for (const WeightFile& file : files) read_through(file, ended, outcome, buffer);
  outcome.was_ended = ended;
  outcome.time = steady_now() - start;
  return outcome;
}

void log(const ModelId& model, const Outcome& outcome) {
  if (outcome.files == 0) return spdlog::debug("prefetch for model {}: no weights to read", model.str());
  if (outcome.available) {
    return spdlog::debug("prefetch for model {}: skipped, its files have {} and {} of RAM are available",
                         model.str(), gib(outcome.bytes), gib(*outcome.available));
  }
  spdlog::debug("prefetch for model {}: {} of {} in {} {} in {:.2f} s{}", model.str(), gib(outcome.read),
                gib(outcome.bytes), outcome.files, outcome.files == 1 ? "file" : "files",
                std::chrono::duration<double>(outcome.time).count(), outcome.was_ended ? ", then ended" : "");
}

}  // namespace

std::uint64_t weights_of(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                         const Options& options) {
  std::uint64_t bytes = 0;
  for (const WeightFile& file : weight_files(paths_of(argv, environment), options.smallest))
    bytes += file.size;
  return bytes;
}

// Shared with the thread that carries it out.
struct Prefetcher::Order {
  explicit Order(ModelId id) : model(std::move(id)) {}
  const ModelId model;
  std::atomic<bool> ended{false};
};

Prefetcher::Prefetcher(boost::asio::io_context& context, Options options)
    : options_(std::move(options)), errands_(context) {}

Prefetcher::~Prefetcher() {
  if (order_) order_->ended = true;
}

void Prefetcher::begin(const ModelId& model, std::vector<std::string> argv,
                       std::vector<std::string> environment) {
  if (order_) order_->ended = true;
  order_ = std::make_shared<Order>(model);
  errands_.run([order = order_, argv = std::move(argv), environment = std::move(environment),
                options = options_]() -> Errands::Done {
    if (order->ended) return nullptr;
    const Outcome outcome = carry_out(argv, environment, order->ended, options);
    return [order, outcome] { log(order->model, outcome); };
  });
}

void Prefetcher::end(const ModelId& model) {
  if (!order_ || order_->model != model) return;
  order_->ended = true;
  order_.reset();
}

}  // namespace paddock::prefetch
