#include "ledger.h"

#include <algorithm>

#include "number.h"

namespace paddock::fit {

namespace {

constexpr std::size_t kMostNames = 64;
constexpr Bytes kWideVocabulary = 200'000;
constexpr Bytes kLargeEmbedding = 1288490188;  // 1.2 GiB

Bytes Amounts::*kind_of(std::string_view function, std::string_view kind) {
  if (kind == "model" || kind == "LoRA") return &Amounts::weights;
  if (kind.empty()) {
    return function.find("load") == std::string_view::npos ? &Amounts::other : &Amounts::weights;
  }
  if (kind == "KV") return &Amounts::kv;
  if (kind == "RS") return &Amounts::state;
  if (kind == "compute") return &Amounts::compute;
  return kind == "output" || kind == "input" ? &Amounts::output : &Amounts::other;
}

}  // namespace

Ledger::Named* Ledger::named(Sums& sums, std::string_view name) {
  const std::string key(name.substr(0, kMostNames));
  const auto found = sums.find(key);
  if (found != sums.end()) return &found->second;
  if (sums.size() >= kMostNames) return nullptr;
  return &sums.emplace(key, Named{where_is(name), {}}).first->second;
}

void Ledger::buffer(std::string_view function, std::string_view name, std::string_view kind, Bytes bytes) {
  const auto member = kind_of(function, kind);
  has_buffers_ = true;
  if (member == &Amounts::compute || member == &Amounts::output) {
    auto& group = member == &Amounts::compute ? compute_ : output_;
    const std::string key(name.substr(0, kMostNames));
    // A name that comes again begins the group that counts; another function is another context.
    if (member == &Amounts::compute && function != reserver_) close_context();
    if (group.contains(key)) group.clear();
    if (member == &Amounts::compute) reserver_ = std::string(function);
    if (group.size() < kMostNames) group[key] = bytes;
    return;
  }
  if (Named* at = named(pass_, name)) at->amounts.*member = sum(at->amounts.*member, bytes);
  has_weights_lines_ = has_weights_lines_ || member == &Amounts::weights;
}

void Ledger::model_begins() {
  if (has_buffers_) close_pass();
}

void Ledger::file_size(Bytes bytes) {
  model_begins();
  file_size_ = bytes;
}

void Ledger::layers(Layers layers) {
  if (!pass_layers_) pass_layers_ = layers;
}

void Ledger::context(std::uint64_t n_ctx) {
  close_context();
  if (!pass_context_) pass_context_ = n_ctx;
}

void Ledger::projector_begins() { close_context(); }

void Ledger::close_context() {
  for (const auto& [name, bytes] : compute_) {
    if (Named* at = named(pass_, name)) at->amounts.compute = sum(at->amounts.compute, bytes);
  }
  for (const auto& [name, bytes] : output_) {
    if (Named* at = named(pass_, name)) at->amounts.output = sum(at->amounts.output, bytes);
  }
  compute_.clear();
  output_.clear();
  reserver_.clear();
}

void Ledger::close_pass() {
  close_context();
  const bool is_empty = std::all_of(pass_.begin(), pass_.end(), [&](const auto& entry) {
    const Amounts& amounts = entry.second.amounts;
    return (has_weights_lines_ ? amounts.weights : amounts.total()) == 0;
  });
  if (!is_empty) {
    trim_mapped();
    count_embeddings();
    for (const auto& [name, entry] : pass_) {
      if (Named* at = named(all_, name)) at->amounts.add(entry.amounts);
    }
    if (has_weights_lines_) ++models_;
    if (!layers_) layers_ = pass_layers_;
    if (!context_) context_ = pass_context_;
  }
  pass_.clear();
  has_buffers_ = has_weights_lines_ = is_wide_embedding_ = false;
  file_size_ = vocabulary_ = width_ = 0;
  pass_layers_.reset();
  pass_context_.reset();
}

// A mapped range of the file covers tensors that were copied to a device as well.
void Ledger::trim_mapped() {
  Bytes weights = 0;
  for (const auto& [name, entry] : pass_) weights = sum(weights, entry.amounts.weights);
  // Its size is printed with two digits: less than 5 MiB of a large one are rounding.
  const Bytes rounding = file_size_ >> 30 ? Bytes{5} << 20 : Bytes{1} << 14;
  if (file_size_ == 0 || weights <= sum(file_size_, rounding)) return;
  Bytes surplus = weights - file_size_;
  for (auto& [name, entry] : pass_) {
    if (entry.where.place != Place::kRam || !entry.where.is_mapped) continue;
    const Bytes cut = std::min(surplus, entry.amounts.weights);
    entry.amounts.weights -= cut;
    surplus -= cut;
  }
}

// The file's table of tensors is not in the log: q8_0 is likely for them, f16 the most.
void Ledger::count_embeddings() {
  Bytes in_ram = 0, weights = 0;
  for (const auto& [name, entry] : pass_) {
    weights = sum(weights, entry.amounts.weights);
    if (entry.where.place == Place::kRam) in_ram = sum(in_ram, entry.amounts.weights);
  }
  const Bytes values = product(vocabulary_, width_);
  Bytes likely = values + values / 16, most = product(values, 2);
  if (values == 0) {
    likely = vocabulary_ > kWideVocabulary ? kLargeEmbedding : weights / 50;
    most = std::max(weights / 50, kLargeEmbedding);
  }
  if (is_wide_embedding_) most = in_ram;
  embeddings_ = sum(embeddings_, std::min(likely, in_ram));
  embeddings_most_ = sum(embeddings_most_, std::min(most, in_ram));
}

void Ledger::finish(Report& report) {
  close_pass();
  for (const auto& [name, entry] : all_) {
    if (entry.where.place == Place::kRam) {
      report.ram.add(entry.amounts);
    } else if (entry.where.place == Place::kUnknown) {
      report.elsewhere = sum(report.elsewhere, entry.amounts.total());
    } else {
      const std::string& device = entry.where.device;
      auto found = std::find_if(report.devices.begin(), report.devices.end(),
                                [&](const Device& known) { return known.name == device; });
      if (found == report.devices.end()) found = report.devices.insert(found, Device{device});
      found->is_remote = entry.where.place == Place::kRemote;
      found->holds.add(entry.amounts);
    }
  }
  report.embeddings = embeddings_;
  report.embeddings_most = embeddings_most_;
  report.models = models_;
  report.layers = layers_;
  report.context = context_;
}

}  // namespace paddock::fit
