// What `paddock fit FILE.gguf` prints.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "fit_file.h"
#include "paddock/base/text.h"

namespace paddock::app {

namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;

const Row kHead = {"MiB", "weights", "KV", "state", "compute", "driver", "foreseen", "free of total"};

std::string mib(std::uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", static_cast<double>(bytes) / (1 << 20));
  return text;
}

std::string whole_mib(std::uint64_t bytes) { return std::to_string(bytes >> 20); }

std::string mib(const gguf::Range& range) {
  return range.low == range.high ? whole_mib(range.low) : whole_mib(range.low) + "-" + whole_mib(range.high);
}

Row row_of(const Demand& demand, const gguf::Share& share) {
  const std::string room =
      demand.free && demand.total ? whole_mib(*demand.free) + " of " + whole_mib(*demand.total) : "?";
  return {demand.title,       mib(share.weights), mib(share.kv),     mib(share.state),
          mib(share.compute), mib(share.driver),  mib(demand.bytes), room};
}

const gguf::Share& share_of(const FitFacts& facts, std::size_t i) {
  return i < facts.prediction.devices.size() ? facts.prediction.devices[i] : facts.prediction.ram;
}

// The first column to the left, the others to the right.
std::string table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(kHead.size(), 0);
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string fill(widths[i] - row[i].size(), ' ');
      out += i == 0 ? row[i] + fill : "  " + fill + row[i];
    }
    out += "\n";
  }
  return out;
}

std::string headline(const FitFacts& facts) {
  const gguf::Prediction& p = facts.prediction;
  std::string out = printable(facts.path) + ": " + printable(facts.model.text("general.architecture"), 64) +
                    ", " + mib(facts.model.bytes) + " MiB in ";
  out += facts.model.files == 1 ? "one file" : std::to_string(facts.model.files) + " files";
  out += ", " + std::to_string(p.layers_on_devices) + " of " + std::to_string(p.layers) +
         " layers on GPUs, context " + std::to_string(p.context) + ", " + std::to_string(p.slots) +
         (p.slots == 1 ? " slot" : " slots");
  return out + "\n";
}

Json range_json(const gguf::Range& range) { return {{"low", range.low}, {"high", range.high}}; }

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json share_json(const Demand& demand, const gguf::Share& share) {
  Json json;
  json["title"] = demand.title;
  json["weights"] = share.weights;
  json["kv"] = share.kv;
  json["state"] = share.state;
  json["compute"] = range_json(share.compute);
  json["driver"] = range_json(share.driver);
  json["foreseen"] = range_json(demand.bytes);
  json["free"] = or_null(demand.free);
  json["total"] = or_null(demand.total);
  return json;
}

}  // namespace

std::string table_text(const FitFacts& facts) {
  std::vector<Row> rows = {kHead};
  for (std::size_t i = 0; i < facts.demands.size(); ++i)
    rows.push_back(row_of(facts.demands[i], share_of(facts, i)));
  std::string out = headline(facts) + table(rows);
  for (const std::string& note : facts.prediction.notes) out += note + "\n";
  return out + outlook(facts.demands).sentence + "\n";
}

std::string table_json(const FitFacts& facts) {
  Json json;
  json["file"] = facts.path;
  json["architecture"] = facts.model.text("general.architecture");
  json["bytes"] = facts.model.bytes;
  json["context"] = facts.prediction.context;
  json["slots"] = facts.prediction.slots;
  json["layers"] = facts.prediction.layers;
  json["layers_on_devices"] = facts.prediction.layers_on_devices;
  json["devices"] = Json::array();
  for (std::size_t i = 0; i + 1 < facts.demands.size(); ++i) {
    json["devices"].push_back(share_json(facts.demands[i], share_of(facts, i)));
  }
  json["ram"] = share_json(facts.demands.back(), facts.prediction.ram);
  json["notes"] = facts.prediction.notes;
  const Outlook seen = outlook(facts.demands);
  json["fits"] = seen.room == Room::kUnknown ? Json() : Json(seen.room != Room::kTooLittle);
  json["sentence"] = seen.sentence;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace paddock::app
