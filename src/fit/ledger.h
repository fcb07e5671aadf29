// Ledger adds up the buffers of a llama.cpp load, which comes in passes: perhaps dry runs, the model, a draft
// model; a projector within. A pass has contexts, and each context reserves its compute buffers perhaps more
// than once, of which the last group counts. KV pools and weights always add up.
//
// A pass whose weights are all of 0 MiB was a dry run and counts for nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "paddock/fit/report.h"
#include "place.h"

namespace paddock::fit {

class Ledger {
 public:
  // `model`, `KV`, `compute`, ... as printed; empty in old logs.
  void buffer(std::string_view function, std::string_view name, std::string_view kind, Bytes bytes);

  // What announces the next model, before any of its buffers.
  void model_begins();
  void file_size(Bytes bytes);
  void vocabulary(std::uint64_t tokens) { vocabulary_ = tokens; }
  void width(std::uint64_t values) { width_ = values; }
  void architecture(std::string_view name) {
    is_wide_embedding_ = name.starts_with("gemma3n") || name.starts_with("gemma4");
  }

  void layers(Layers layers);
  void context(std::uint64_t n_ctx);
  void projector_begins();
  // The compute buffers of the context so far were not to be had.
  void reserve_again() { compute_.clear(); }

  // Writes the sums into the report; nothing may follow.
  void finish(Report& report);

 private:
  struct Named {
    Where where;
    Amounts amounts;
  };
  using Sums = std::map<std::string, Named>;  // by a buffer's name

  Named* named(Sums& sums, std::string_view name);
  void close_context();
  void close_pass();
  void count_embeddings();
  void trim_mapped();

  Sums pass_, all_;
  std::map<std::string, Bytes> compute_, output_;  // of the context
  std::string reserver_;
  bool has_buffers_ = false, has_weights_lines_ = false;
  Bytes file_size_ = 0;
  std::uint64_t vocabulary_ = 0, width_ = 0;
  bool is_wide_embedding_ = false;
  std::optional<Layers> pass_layers_, layers_;
  std::optional<std::uint64_t> pass_context_, context_;
  Bytes embeddings_ = 0, embeddings_most_ = 0;
  std::uint64_t models_ = 0;
};

}  // namespace paddock::fit
