// What an engine's load report says about memory: which buffers it made where, how many layers went where,
// what it could not get. Read by its lines, whatever the command is called: llama-server of all ages,
// ik_llama.cpp, whisper.cpp, stable-diffusion.cpp and vLLM are known; every other line is passed over.
//
// Not what the driver says: CUDA's context, cuBLAS and graphs (some 200-500 MiB a card) are in no log, nor is
// what others hold. Devices have the child's names: its CUDA0 may be any card of the machine.
// Sizes are bytes, of MiB as printed; whisper.cpp's MB are 1e6. Pure, any thread; the text may be anything.
// Time is linear in it, and what is kept of it is bounded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::fit {

using Bytes = std::uint64_t;

struct Amounts {
  Bytes weights = 0;
  Bytes kv = 0;       // all pools
  Bytes state = 0;    // of recurrent models
  Bytes compute = 0;  // stable-diffusion.cpp: the largest of its phases
  Bytes output = 0;   // and input
  Bytes other = 0;    // of a kind that is not known

  Bytes total() const;
  void add(const Amounts& more);
  friend bool operator==(const Amounts&, const Amounts&) = default;
};

struct Device {
  std::string name;     // the child's: `CUDA0`, `Vulkan1`, `MTL0`; `GPU` where it names none
  std::string title{};  // `NVIDIA GeForce RTX 3090`, if printed
  std::string pci{};
  std::string card{};                    // the machine's name for it, where a verdict knows it: `GPU 1`
  bool is_remote = false;                // RPC
  std::optional<Bytes> total{}, free{};  // as printed, before the load
  Amounts holds{};
};

// One cache: a model with a sliding window has two of them on each device.
struct Pool {
  Bytes size = 0;
  std::uint64_t cells = 0, layers = 0;  // 0: not printed
  std::string k_type, v_type;
};

struct Layers {
  std::uint64_t on_devices = 0, all = 0;
};

// What a line is about; proof is chosen by it.
enum class Fact {
  kDevice,       // a device that is there or used
  kNoGpu,        // none is usable
  kBuffer,       // weights
  kMemory,       // KV, state, compute
  kLayers,       // offloaded n of m
  kOverride,     // tensors sent to RAM by name
  kOverflow,     // layers of which the automatic fit left parts in RAM
  kContext,      // its size
  kContextCut,   // the automatic fit made it smaller
  kFitFailed,    // the automatic fit did not run
  kOutOfMemory,  // something could not be allocated
  kLoadFailed,
  kWarning,  // goes on, but worse
  kExtra,    // a projector or a draft model
};
struct Said {
  Fact fact{};
  std::string line;  // as printed
};

// An allocation that failed.
struct Shortage {
  std::string device{};           // empty: not told
  std::optional<Bytes> wanted{};  // not told
};

struct Projector {
  std::string device{};  // of CLIP's backend
  Bytes estimated = 0;   // llama-server's own guess at the most; not in any device's sum
};

struct Vllm {
  std::optional<double> kv_gib{};       // for the cache; may be below 0
  std::optional<double> concurrency{};  // requests of full length that fit the cache
  std::uint64_t request_tokens = 0;     // that length
};

// Whose lines they are, as far as they tell: what llama.cpp and its descendants print is not theirs alone.
enum class Engine { kLlama, kWhisper, kDiffusion, kVllm };

struct Report {
  Engine engine = Engine::kLlama;
  std::string build{};             // of llama-server, `11669 (2f74354)`; empty: not printed
  std::vector<Device> devices{};  // that are used or were named, in their order
  Amounts ram{};
  Bytes elsewhere = 0;  // in buffers whose place is not known
  // Of the weights in RAM, what stays there by design: the input embeddings, as likely and at most.
  Bytes embeddings = 0, embeddings_most = 0;
  std::optional<Layers> layers{};          // of the first model that was loaded
  std::optional<std::uint64_t> context{};  // n_ctx, of that model
  std::optional<std::uint64_t> context_before_cut{};
  std::uint64_t overflowing = 0;  // layers
  std::uint64_t overrides = 0;    // tensors sent to RAM by name
  std::vector<Pool> pools{};
  std::uint64_t models = 0;  // loaded for good: 2 with a draft model
  std::optional<Projector> projector{};
  Bytes draft_estimated = 0;     // llama-server's guess at an MTP context
  Bytes prompt_cache = 0;        // host RAM that grows with use (--cache-ram); not in `ram`
  Bytes prompt_cache_limit = 0;  // how far; 0: not printed
  Bytes unread = 0;              // of the log, that were dropped before anybody read them
  std::string fit_failed{};      // why the automatic fit did not run
  std::vector<Shortage> shortages{};
  bool no_gpu = false;
  bool is_loaded = false;
  Vllm vllm{};
  std::vector<Said> said{};  // at most 16 lines of a kind

  // Nothing of the weights is known: no report, or one whose beginning is missing.
  bool has_weights() const;
  const Device* device(std::string_view name) const;
};

Report read(std::string_view load_report);

}  // namespace paddock::fit
