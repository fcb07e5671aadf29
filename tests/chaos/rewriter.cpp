// Who edits the configuration: small differences, sometimes a mistake, by all the ways in which editors
// write.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>

#include "paddock/base/unique_fd.h"
#include "tests/chaos/scene.h"
#include "tests/chaos/storm.h"
#include "tests/support/temp_dir.h"

namespace paddock::chaos {
namespace {

class Rewriter {
 public:
  Rewriter(Storm& storm, unsigned seed, std::string file, pid_t daemon)
      : storm_(storm), dice_(seed), file_(std::move(file)), daemon_(daemon), first_lines_(first_lines()) {}

  void run() {
    while (!storm_.over()) {
      const bool valid = !dice_.one_in(4);
      write(valid ? some_wording() : some_mistake());
      reload(valid);
      storm_.pause(Millis(dice_.roll(400)));
    }
    write(text(Wording{}));
    reload(true);
  }

 private:
  // The port range that the test was given must stay.
  std::string first_lines() const {
    const std::string now = test::read_file(file_);
    return now.substr(0, now.find('\n') + 1);
  }

  std::string text(const Wording& wording) const {
    return configuration(first_lines_, storm_.lives_folder(), storm_.moods_folder(), wording);
  }

  std::string some_wording() {
    Wording wording;
    wording.ttl = dice_.roll(3);
    wording.alias = dice_.one_in(2);
    wording.extra = dice_.one_in(3);
    wording.without_h = dice_.one_in(4);
    wording.log_line = dice_.roll(3);
    return text(wording);
  }

  std::string some_mistake() {
    const std::string good = text(Wording{});
    switch (dice_.roll(3)) {
      case 0:
        return good.substr(0, good.find("models:")) + "models: [\n";
      case 1:
        return good + "  a: {cmd: twice}\n";
      default:
        return good + "groups: {all: {members: [nobody]}}\n";
    }
  }

  void write(const std::string& text) {
    if (dice_.one_in(2)) {
      test::write_file(file_ + ".new", text);
      std::filesystem::rename(file_ + ".new", file_);
      return;
    }
    const UniqueFd file(::open(file_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    const std::size_t half = text.size() / 2;
    const bool first = ::write(file.get(), text.data(), half) >= 0;
    // Somebody may look just now.
    if (dice_.one_in(2)) ::kill(daemon_, SIGHUP);
    const bool second = ::write(file.get(), text.data() + half, text.size() - half) >= 0;
    if (!first || !second) storm_.complain("the configuration could not be written");
  }

  void reload(bool valid) {
    if (dice_.one_in(3)) ::kill(daemon_, SIGHUP);
    const std::string who = valid ? "reload" : "reload of a mistake";
    const Answer answer = exchange(storm_, who, closing_request("POST", "/api/config/reload"));
    storm_.count(who);
    if (answer.status != (valid ? 200 : 400)) storm_.complain(who + ": " + answer.bytes.substr(0, 600));
  }

  Storm& storm_;
  Dice dice_;
  const std::string file_;
  const pid_t daemon_;
  const std::string first_lines_;
};

}  // namespace

void run_rewriter(Storm& storm, unsigned seed, const std::string& file, pid_t daemon) {
  Rewriter(storm, seed, file, daemon).run();
}

}  // namespace paddock::chaos
