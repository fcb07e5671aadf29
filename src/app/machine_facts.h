// MachineFacts: what the check of commands asks about this machine. Nothing is run and nothing is opened but
// folders. The answers hold for the moment only. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace paddock::app {

class MachineFacts {
 public:
  virtual ~MachineFacts() = default;

  virtual bool exists(const std::string& path) const = 0;
  // A file that may be executed by us.
  virtual bool is_program(const std::string& path) const = 0;
  // What PATH is for a model that does not set it.
  virtual std::string search_path() const = 0;
  // Indices of the graphics cards as CUDA counts them; nothing when they are not known.
  virtual std::optional<std::vector<int>> gpus() const = 0;
};

class ThisMachine : public MachineFacts {
 public:
  // `root` stands for `/` in tests.
  explicit ThisMachine(std::string root = {});

  bool exists(const std::string& path) const override;
  bool is_program(const std::string& path) const override;
  std::string search_path() const override;
  std::optional<std::vector<int>> gpus() const override;

 private:
  // Relative paths stay relative to our working directory.
  std::string below_root(const std::string& path) const;

  std::string root_;
};

}  // namespace paddock::app
