// Where a machine has a card and NVIDIA's own program, both tell the same: of what is there, and of 512 MiB
// more that this test takes through the driver's library. Elsewhere it is skipped and says why.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "paddock/base/text.h"
#include "paddock/gpu/source.h"

namespace paddock::gpu {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;
constexpr std::uint64_t kTaken = 512 * kMiB;
constexpr double kSlack = 32;  // MiB

// The lines of its answer; none if it does not answer.
std::vector<std::string> ask(const std::string& query) {
  std::vector<std::string> lines;
  FILE* pipe =
      ::popen(("nvidia-smi --query-" + query + " --format=csv,noheader,nounits 2>/dev/null").c_str(), "r");
  char line[512];
  while (pipe && std::fgets(line, sizeof line, pipe)) lines.emplace_back(trim(line));
  const bool answered = pipe && ::pclose(pipe) == 0;
  return answered ? lines : std::vector<std::string>();
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) c == ',' ? fields.emplace_back() : fields.back() += std::string(1, c);
  for (std::string& field : fields) field = std::string(trim(field));
  return fields;
}

double mebibytes(std::uint64_t bytes) { return static_cast<double>(bytes) / kMiB; }

const Device* card_of(const std::vector<Device>& devices, const std::string& uuid) {
  const auto found =
      std::find_if(devices.begin(), devices.end(), [&](const Device& d) { return d.uuid == uuid; });
  return found == devices.end() ? nullptr : &*found;
}

// Memory of the first card that CUDA finds, until it goes. The library stays: it cannot be closed safely.
class Taken {
 public:
  Taken() {
    void* cuda = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!cuda) problem = "there is no libcuda.so.1";
    if (!cuda) return;
    const auto init = find<int (*)(unsigned)>(cuda, "cuInit");
    const auto device = find<int (*)(int*, int)>(cuda, "cuDeviceGet");
    const auto place = find<int (*)(char*, int, int)>(cuda, "cuDeviceGetPCIBusId");
    const auto create = find<int (*)(void**, unsigned, int)>(cuda, "cuCtxCreate_v2");
    const auto take = find<int (*)(unsigned long long*, std::size_t)>(cuda, "cuMemAlloc_v2");
    free_ = find<int (*)(unsigned long long)>(cuda, "cuMemFree_v2");
    destroy_ = find<int (*)(void*)>(cuda, "cuCtxDestroy_v2");
    if (!problem.empty()) return;
    int card = 0;
    char text[32] = {};
    const int codes[] = {init(0), device(&card, 0), place(text, sizeof text, card),
                         create(&context_, 0, card), take(&memory_, kTaken)};
    for (const int code : codes) {
      if (code != 0 && problem.empty())
        problem = "the CUDA driver answers with error " + std::to_string(code);
    }
    pci = to_lower(text);
  }
  ~Taken() {
    if (memory_) free_(memory_);
    if (context_) destroy_(context_);
  }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;

  std::string problem{};  // why nothing was taken
  std::string pci{};      // of the card

 private:
  template <class Function>
  Function find(void* library, const char* name) {
    void* found = ::dlsym(library, name);
    if (!found) problem = std::string("libcuda.so.1 lacks ") + name;
    return reinterpret_cast<Function>(found);
  }

  int (*free_)(unsigned long long) = nullptr;
  int (*destroy_)(void*) = nullptr;
  void* context_ = nullptr;
  unsigned long long memory_ = 0;
};

// Of what both say of each card; empty if they agree.
std::string card_difference(const std::vector<Device>& devices) {
  const auto lines = ask("gpu=name,uuid,memory.total,memory.used,driver_version");
  for (const std::string& line : lines) {
    const auto fields = fields_of(line);
    if (fields.size() != 5) return "nvidia-smi says: " + line;
    const Device* card = card_of(devices, fields[1]);
    if (!card) return "no card here for: " + line;
    const double total = mebibytes(card->total) - std::atof(fields[2].c_str());
    const double used = mebibytes(card->used) - std::atof(fields[3].c_str());
    const bool agrees = card->name == fields[0] && total > -2 && total < 2 && used >= -kSlack &&
                        used <= kSlack && card->driver == fields[4];
    if (!agrees)
      return title_of(*card) + " has " + std::to_string(mebibytes(card->used)) + " MiB, not: " + line;
  }
  return devices.size() == lines.size() ? "" : "nvidia-smi knows " + std::to_string(lines.size()) + " cards";
}

// Of what both say of each program. Nothing is not enough: `most` gets the largest that both see.
std::string process_difference(const std::vector<Device>& devices, std::uint64_t& most) {
  for (const std::string& line : ask("compute-apps=gpu_uuid,pid,used_memory")) {
    const auto fields = fields_of(line);
    const double used = fields.size() == 3 ? std::atof(fields[2].c_str()) : 0;
    if (used <= 0) continue;  // not told
    const Device* card = card_of(devices, fields[0]);
    if (!card || !card->processes) return "no processes of a card here for: " + line;
    const auto found = std::find_if(card->processes->begin(), card->processes->end(),
                                    [&](const Process& p) { return std::to_string(p.pid) == fields[1]; });
    if (found == card->processes->end()) return "no process here for: " + line;
    const double more = mebibytes(found->bytes) - used;
    if (more < -kSlack || more > kSlack)
      return std::to_string(mebibytes(found->bytes)) + " MiB, not: " + line;
    most = std::max(most, found->bytes);
  }
  return {};
}

// Others may take or give back memory between the two looks, so one of a few must agree.
template <class Difference>
std::string least_difference(Source& source, Difference difference) {
  std::string last;
  for (int i = 0; i < 5; ++i) {
    const auto devices = source.read();
    if (!devices) return devices.error();
    last = difference(*devices);
    if (last.empty()) break;
  }
  return last;
}

TEST(Nvml, AgreesWithNvidiaSmi) {
  if (ask("gpu=uuid").empty())
    GTEST_SKIP() << "there is no nvidia-smi that answers, so NVML is compared with nothing";
  const auto source = nvml_source();
  const auto before = source->read();
  ASSERT_TRUE(before) << before.error();
  if (std::any_of(before->begin(), before->end(), [](const Device& one) { return one.is_part; }))
    GTEST_SKIP() << "a card is divided (MIG), which nvidia-smi's lists do not show";
  EXPECT_EQ(least_difference(*source, card_difference), "");

  const Taken taken;
  EXPECT_EQ(taken.problem, "") << "so that only what was there is compared";
  if (!taken.problem.empty()) return;
  EXPECT_EQ(least_difference(*source, card_difference), "");
  std::uint64_t most = 0;
  EXPECT_EQ(
      least_difference(*source, [&most](const auto& devices) { return process_difference(devices, most); }),
      "");
  const auto after = source->read();
  ASSERT_TRUE(after) << after.error();
  std::printf("512 MiB are taken on %s\n", taken.pci.c_str());
  std::uint64_t grown = 0;
  for (std::size_t i = 0; i < after->size() && i < before->size(); ++i) {
    const Device& card = after->at(i);
    std::printf("%s: %.0f MiB used, %.0f before\n", title_of(card).c_str(), mebibytes(card.used),
                mebibytes(before->at(i).used));
    grown = std::max(grown, card.used - std::min(card.used, before->at(i).used));
    for (const Process& one : card.processes.value_or(std::vector<Process>())) {
      std::printf("  pid %d: %.0f MiB%s\n", one.pid, mebibytes(one.bytes),
                  one.pid == ::getpid() ? ", this test" : "");
    }
  }
  EXPECT_GE(grown, kTaken - 32 * kMiB) << "what was taken is not seen";
  if (most == 0) std::printf("nvidia-smi tells no sizes of processes here, so these were not compared\n");
  EXPECT_TRUE(most == 0 || most >= kTaken) << "this test itself should be among the processes";
}

}  // namespace
}  // namespace paddock::gpu
