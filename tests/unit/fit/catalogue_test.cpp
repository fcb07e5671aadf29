// Every line of lines.tsv, against the pattern that it names; and the prefixes that stand before lines.
#include "catalogue.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "line.h"
#include "place.h"

namespace paddock::fit {
namespace {

struct Case {
  std::string name, groups, line;
  bool matches = true;
};

std::vector<Case> cases() {
  std::vector<Case> out;
  std::ifstream file(FIT_DATA "/lines.tsv");
  for (std::string text; std::getline(file, text);) {
    if (text.empty() || text.starts_with("# ")) continue;
    std::istringstream fields(text);
    Case test;
    std::string origin;
    std::getline(fields, test.name, '\t');
    std::getline(fields, test.groups, '\t');
    std::getline(fields, origin, '\t');
    std::getline(fields, test.line);
    test.matches = !test.name.starts_with('!');
    if (!test.matches) test.name.erase(0, 1);
    out.push_back(std::move(test));
  }
  return out;
}

std::string joined(const Groups& groups) {
  std::string out;
  for (std::size_t at = 1; at < groups.size(); ++at) {
    out += (at == 1 ? "" : " ¦ ") + (groups[at].data() == nullptr ? "-" : std::string(groups[at]));
  }
  return out;
}

TEST(Catalogue, reads_every_line_that_is_known) {
  const auto all = cases();
  EXPECT_GE(all.size(), 107u);
  for (const Case& test : all) {
    ASSERT_TRUE(is_row(test.name)) << test.name;
    const Groups groups = match(row_of(test.name), test.line);
    ASSERT_EQ(!groups.empty(), test.matches) << test.name << ": " << test.line;
    if (test.matches) {
      EXPECT_EQ(joined(groups), test.groups) << test.name << ": " << test.line;
    }
  }
}

// The reader takes the line without its prefixes.
TEST(Catalogue, reads_them_without_their_prefixes_too) {
  for (const Case& test : cases()) {
    const Groups groups = match(row_of(test.name), normalised(test.line).text);
    EXPECT_EQ(!groups.empty(), test.matches) << test.name << ": " << test.line;
  }
}

TEST(Catalogue, reads_lines_of_which_no_example_was_seen) {
  const std::pair<const char*, const char*> lines[] = {
      {"buf_total_old", "llm_load_tensors: VRAM used: 5566.30 MB"},
      {"fit_ctx_only", "llama_params_fit_impl: entire model can be fit by reducing context"},
      {"fit_nomem", "common_params_fit_impl: device BLAS0 did not report memory"},
      {"oom_metal", "error: Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)"},
      {"sd_nogpu", "auto-fit: no usable GPU devices"},
      {"sd_oom", "flux alloc compute buffer failed"},
      {"sd_vae_oom", "VAE decode failed (likely out of memory)"},
      {"file_size", "print_info: file size   = 4.68 GiB (4.91 BPW)"},
      {"build", "build: 6182 (1fe00296) with cc (Debian 12.2.0-14) 12.2.0 for x86_64-linux-gnu"},
      {"build", "common_params_print_info: build 11669 (Debian) with GNU 16.2.0 for Linux x86_64"},
      {"vocabulary", "print_info: n_vocab          = 151936"},
      {"width", "llm_load_print_meta: n_embd           = 8192"},
      {"architecture", "print_info: arch             = gemma3n"},
  };
  for (const auto& [name, line] : lines) EXPECT_FALSE(match(row_of(name), line).empty()) << line;
}

TEST(Line, loses_what_stands_before_its_message) {
  const std::pair<const char*, const char*> lines[] = {
      {"0.15.050.780 I llama_context: n_ctx = 512", "llama_context: n_ctx = 512"},
      {"12.15.050.780 llama_context: n_ctx = 512", "llama_context: n_ctx = 512"},
      {"[47161] 0.15.050.780 I llama_context: n_ctx = 512", "llama_context: n_ctx = 512"},
      {"\x1b[34m1.14.608.918\x1b[0m \x1b[32mI \x1b[0mllama_context: n_ctx = 512",
       "llama_context: n_ctx = 512"},
      {"INFO [   load_model] n_slots = 4", "n_slots = 4"},
      {"[INFO ] stable-diffusion.cpp:602  - total", "total"},
      {"INFO 08-04 10:00:00 [gpu_worker.py:349] Available", "Available"},
      {R"({"level":"I","msg":"llama_context: n_ctx = 512"})", "llama_context: n_ctx = 512"},
      {"{not JSON", "{not JSON"},
      {"plain", "plain"},
      {"", ""},
  };
  for (const auto& [raw, text] : lines) EXPECT_EQ(normalised(raw).text, text) << raw;
  EXPECT_EQ(normalised("(Worker_TP1 pid=205) INFO 08-04 10:00:00 [a.py:1] x").rank, "Worker_TP1 pid=205");
  EXPECT_TRUE(normalised("0.15.050.780 D x").is_debug);
  EXPECT_FALSE(normalised("[DEBUG] a.hpp:1 - x").is_debug);
}

TEST(Place, is_told_by_a_buffers_name) {
  for (const char* name :
       {"CUDA0", "ROCm1", "HIP0", "MUSA0", "Vulkan0", "SYCL0", "CANN0", "MTL0", "Metal", "OpenCL",
        "GPUOpenCL", "CUDA", "CUDA0_Split", "SYCL_Split", "Meta()", "MTL0_Mapped", "Metal_Mapped"}) {
    EXPECT_EQ(where_is(name).place, Place::kDevice) << name;
  }
  for (const char* name : {"CUDA_Host", "ROCm_Host", "Vulkan_Host", "SYCL_Host", "CPU", "CPU_Mapped",
                           "CPU_REPACK", "CPU_AARCH64", "AMX", "BLAS", "KleidiAI"}) {
    EXPECT_EQ(where_is(name).place, Place::kRam) << name;
  }
  EXPECT_EQ(where_is("RPC[192.168.1.5:50052]").place, Place::kRemote);
  EXPECT_EQ(where_is("Quantum7").place, Place::kUnknown);
  EXPECT_EQ(where_is("CUDA1_Split").device, "CUDA1");
  EXPECT_EQ(where_is("MTL0_Mapped").device, "MTL0");
}

}  // namespace
}  // namespace paddock::fit
