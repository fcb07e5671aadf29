// Sampler reads a Source on a thread of its own and brings the answer to the io_context's.
//
// A source that hangs keeps nobody but those who wait for its answer: they are never called, so whoever waits
// has a time limit of his own. Several who ask while a reading is under way share the next one.
// One thread: the io_context's. Destroying it calls nobody and waits for nothing (base/errands.h).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "paddock/base/clock.h"
#include "paddock/base/errands.h"
#include "paddock/gpu/source.h"

namespace paddock::gpu {

struct Reading {
  TimePoint begun{}, done{};  // the cards were looked at between these
  std::vector<Device> devices{};
  std::string problem{};  // a sentence, if there are no devices
};

class Sampler {
 public:
  using Handler = std::function<void(const Reading&)>;

  // Null: there is nothing to read.
  Sampler(boost::asio::io_context& context, std::shared_ptr<Source> source);
  ~Sampler();

  bool has_source() const { return source_ != nullptr; }
  // The handler gets a reading that began after this call, never before it returned; without a source it is
  // not called.
  void read(Handler handler);

 private:
  void begin();
  void finished(const Reading& reading);

  const std::shared_ptr<Source> source_;
  std::vector<Handler> next_, asked_;  // for the next reading; for the one under way
  bool reading_ = false;
  Errands errands_;
};

}  // namespace paddock::gpu
