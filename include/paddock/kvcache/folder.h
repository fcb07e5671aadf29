// Folder: where the slots of all models are kept, one folder for each model in it.
//
// `ROOT/MODEL/` is given to the engine, which writes `part-...` there; once whole it gets its name (saved.h).
// Files are 0600 and folders 0700, as they hold conversations. Two daemons may share a root: whatever is gone
// when it is looked for was removed by the other. Looks at the file system all along: for threads that nobody
// waits for. Stateless; any thread. Errors are sentences.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "paddock/base/ids.h"
#include "paddock/base/result.h"
#include "paddock/kvcache/saved.h"

namespace paddock::kvcache {

class Folder {
 public:
  explicit Folder(std::string root) : root_(std::move(root)) {}

  // With a slash at the end, as engines want it. Bytes that a name may not hold are written %XX.
  std::string of(const ModelId& model) const;
  // Makes it, and removes what a process that died left half written there.
  Result<void, std::string> prepare(const ModelId& model) const;
  // What is kept; of no model named: of all. What is not ours is passed over.
  std::vector<Saved> list() const;
  std::vector<Saved> list(const ModelId& model) const;
  // Gives a whole file its name, and nobody else the right to read it. False: it was not there, or not whole:
  // then it is gone.
  bool keep(const ModelId& model, const std::string& part, const Name& name, std::uint64_t bytes) const;
  // Removes what is not wanted after all.
  void discard(const ModelId& model, const std::string& part) const;
  // It was of use now.
  static void touch(const Saved& saved);
  static void remove(const Saved& saved);
  // The tokens of a saved slot; empty for a file that is none.
  static std::vector<std::uint32_t> tokens_of(const std::string& path);
  // A build that cannot, or whose restores are no use, is left alone from then on; `key` names it, `why` is a
  // sentence. Lasts until clear().
  void turn_off(const ModelId& model, const std::string& key, const std::string& why) const;
  std::optional<std::string> off(const ModelId& model, const std::string& key) const;
  // Whatever is kept of the model, and what was learned of its builds. How many slots that were.
  std::size_t clear(const ModelId& model) const;
  // Whether so many bytes have room on the disk, with a twentieth of it left.
  bool has_room(std::uint64_t bytes) const;

 private:
  std::string root_;
};

// A name for what is being written, which no other launch has.
std::string part_name(Generation generation, std::int64_t slot);

}  // namespace paddock::kvcache
