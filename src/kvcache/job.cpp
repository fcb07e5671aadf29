#include "paddock/kvcache/job.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace paddock::kvcache {

namespace {

constexpr std::size_t kFingerprint = 32;  // digits

std::string digest(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &size, EVP_sha256(), nullptr) != 1) return {};
  constexpr const char* kDigits = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < size && out.size() < kFingerprint; ++i) {
    out += kDigits[bytes[i] >> 4];
    out += kDigits[bytes[i] & 15];
  }
  return out;
}

WallTime wall_now() { return std::chrono::system_clock::now(); }

std::uint64_t now_ms() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(wall_now().time_since_epoch()).count());
}

// What both kinds of jobs begin with, and what they are about.
class Work {
 public:
  Work(const Job& job, Server& server, const std::atomic<bool>& given_up)
      : job_(job), server_(server), given_up_(given_up), folder_(job.settings.root) {}

  // False: there is nothing to be done.
  bool begin() {
    const std::string command = job_.command_key();
    const std::string build = server_.build(job_.until);
    build_ = fingerprint_of(command, build, {});
    if (auto why = folder_.off(job_.model, build_)) {
      report_.off = std::move(*why);
      return false;
    }
    auto slots = server_.slots(job_.until);
    if (!slots) {
      failed("its slots cannot be listed: ", slots.error());
      return false;
    }
    slots_ = std::move(*slots);
    fingerprint_ = fingerprint_of(command, build, slots_);
    return !slots_.empty();
  }

  void save() {
    for (const Slot& slot : to_save(slots_, job_.settings.min_tokens)) {
      if (is_over() || !save_one(slot)) return;
    }
  }

  void restore() {
    const auto smallest = std::min_element(
        slots_.begin(), slots_.end(), [](const Slot& a, const Slot& b) { return a.context < b.context; });
    const std::vector<Saved> wanted = to_restore(folder_.list(job_.model), fingerprint_, slots_.size(),
                                                 smallest->context, job_.settings.limits.age, wall_now());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (is_over() || !restore_one(wanted[i], slots_[i])) return;
    }
  }

  Report report() && { return std::move(report_); }

 private:
  bool is_over() const { return given_up_ || steady_now() >= job_.until; }

  void failed(const std::string& what, const Refusal& refusal) {
    if (refusal.for_good) {
      report_.off = what + refusal.sentence;
      folder_.turn_off(job_.model, build_, report_.off);
    } else {
      report_.problems.push_back(what + refusal.sentence);
    }
  }

  // By what others took; 0: nothing to go by.
  std::uint64_t expected_bytes(const Slot& slot) const {
    for (const Saved& saved : folder_.list(job_.model)) {
      if (saved.name.fingerprint != fingerprint_ || saved.name.tokens == 0) continue;
      return static_cast<std::uint64_t>(static_cast<double>(saved.bytes) /
                                        static_cast<double>(saved.name.tokens) *
                                        static_cast<double>(slot.tokens));
    }
    return 0;
  }

  void make_room(std::uint64_t incoming) {
    const std::vector<Saved> all = folder_.list();
    for (const std::size_t at : to_remove(all, job_.settings.limits, incoming, wall_now()))
      Folder::remove(all[at]);
  }

  // False: the others need not be tried.
  bool save_one(const Slot& slot) {
    const std::uint64_t expected = expected_bytes(slot);
    if (expected > job_.settings.limits.bytes) {
      report_.problems.push_back("a slot of " + std::to_string(slot.tokens) +
                                 " tokens is larger than kvCache.maxDisk");
      return true;
    }
    make_room(expected);
    if (!folder_.has_room(expected)) {
      report_.problems.push_back("the disk of " + job_.settings.root + " is nearly full");
      return false;
    }
    const std::string part = part_name(job_.generation, slot.id);
    const auto moved = server_.save(slot.id, part, job_.until);
    // What came too late is still being written; the next launch removes it.
    if (given_up_) return false;
    if (!moved) {
      folder_.discard(job_.model, part);
      failed("a slot cannot be saved: ", moved.error());
      return report_.off.empty();
    }
    keep(part, *moved);
    return true;
  }

  void keep(const std::string& part, const Moved& moved) {
    if (moved.tokens < std::max<std::uint64_t>(job_.settings.min_tokens, 1))
      return folder_.discard(job_.model, part);
    const Name name{fingerprint_, moved.tokens, now_ms()};
    const std::vector<Saved> before = folder_.list(job_.model);
    if (!folder_.keep(job_.model, part, name, moved.bytes)) {
      report_.problems.push_back("the file of a slot is not as long as the engine says");
      return;
    }
    drop_what_it_continues(before, folder_.of(job_.model) + file_name(name));
    count(moved);
    make_room(0);
  }

  // What the older file holds is in the new one, too.
  void drop_what_it_continues(const std::vector<Saved>& before, const std::string& path) const {
    const std::vector<std::uint32_t> tokens = Folder::tokens_of(path);
    for (const Saved& old : before) {
      if (old.name.fingerprint != fingerprint_ || old.path == path) continue;
      const std::vector<std::uint32_t> its = Folder::tokens_of(old.path);
      if (!its.empty() && continues(tokens, its)) Folder::remove(old);
    }
  }

  bool restore_one(const Saved& saved, const Slot& slot) {
    const std::string file = saved.path.substr(saved.path.rfind('/') + 1);
    if (Folder::tokens_of(saved.path).empty()) {
      Folder::remove(saved);
      report_.problems.push_back(file + " is not the file of a slot, or is cut off: it was removed");
      return true;
    }
    const auto moved = server_.restore(slot.id, file, job_.until);
    if (given_up_) return false;
    if (!moved) {
      // A later try would fail like this one.
      if (!is_over() && !moved.error().for_good) Folder::remove(saved);
      failed(file + " cannot be restored: ", moved.error());
      return report_.off.empty();
    }
    Folder::touch(saved);
    count(*moved);
    return true;
  }

  void count(const Moved& moved) {
    ++report_.slots;
    report_.tokens += moved.tokens;
    report_.bytes += moved.bytes;
    report_.held.push_back(moved.tokens);
  }

  const Job& job_;
  Server& server_;
  const std::atomic<bool>& given_up_;
  const Folder folder_;
  std::string build_;
  std::vector<Slot> slots_;
  Fingerprint fingerprint_;
  Report report_;
};

}  // namespace

Fingerprint fingerprint_of(const std::string& command_key, const std::string& build,
                           const std::vector<Slot>& slots) {
  std::string all = command_key + "\n" + std::to_string(build.size()) + ":" + build;
  for (const Slot& slot : slots) all += "\n" + std::to_string(slot.id) + " " + std::to_string(slot.context);
  return digest(all);
}

Report save(const Job& job, Server& server, const std::atomic<bool>& given_up) {
  Work work(job, server, given_up);
  if (work.begin()) work.save();
  return std::move(work).report();
}

Report restore(const Job& job, Server& server, const std::atomic<bool>& given_up) {
  Work work(job, server, given_up);
  if (work.begin()) work.restore();
  return std::move(work).report();
}

}  // namespace paddock::kvcache
