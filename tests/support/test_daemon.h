// TestDaemon: the real paddock on a free port with a configuration of the test's, its models played by
// tests/fake_upstream. The binary is $PADDOCK_BIN or the one built beside the tests; the number of workers
// is $PADDOCK_TEST_WORKERS (default 2).
//
// In the configuration @FAKE@ becomes the fake with its record file; config_with() writes the usual ones.
// When the object goes, the daemon gets SIGTERM and must end cleanly within the deadline, leaving no model
// behind; that is checked in every test. When a test has failed, the daemon's output and the records are
// printed. One thread owns it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/http.h"
#include "tests/support/records.h"
#include "tests/support/temp_dir.h"

namespace paddock::test {

struct ModelText {
  std::string id;
  std::string flags = {};  // of the fake
  std::string extra = {};  // more lines of YAML below the model, not indented
};

// `top`: more lines at top level. The fake's name is the model's id.
std::string config_with(const std::vector<ModelText>& models, const std::string& top = {});

// The binary under test.
std::string paddock_program();
// tests/fake_upstream.
std::string fake_program();

class TestDaemon {
 public:
  struct Options {
    std::vector<std::string> arguments;
    std::vector<std::string> env;
  };

  explicit TestDaemon(const std::string& config);
  TestDaemon(const std::string& config, Options options);
  ~TestDaemon();

  int port() const { return port_; }
  Child& process() { return *process_; }
  const Records& records() const { return records_; }
  std::string output() const { return process_->output(); }

  // The configuration file, and a text for it as the constructor takes them, as the file would hold it.
  std::string config_file() const { return dir_.path("config.yaml"); }
  std::string config_text(const std::string& config) const;
  // Writes another configuration in its place; the daemon is not told.
  void rewrite(const std::string& config) const;
  // That, and POST /api/config/reload; its answer.
  Response reload(const std::string& config) const;

  // SIGTERM, then waits; the exit code, or minus the signal that ended it. Throws when it does not end.
  int stop(Millis time = kPatience);
  // Waits for the end without asking for it.
  int wait_exit(Millis time = kPatience);
  // Lets the fake's scripts go on that wait at this gate.
  void release(const std::string& model, const std::string& gate) const;
  // The state of a model as /api/models/<id> tells it.
  std::string state(const std::string& model) const;
  // Waits for a state; answers whether it came.
  bool reaches(const std::string& model, const std::string& state, Millis time = kPatience) const;
  // Waits until that many requests wait for the model.
  bool waiting(const std::string& model, int count, Millis time = kPatience) const;

 private:
  void start(const std::string& config, const Options& options);
  void check_end();
  void kill_leftovers();

  TempDir dir_;
  Records records_;
  std::unique_ptr<Child> process_;
  int port_ = 0;
  int start_port_ = 0;
};

}  // namespace paddock::test
