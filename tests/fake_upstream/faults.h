// What a launch does as a process besides answering: descendants, floods, deaths, deaf ears. Each is started
// once from main.
#pragma once

#include <boost/asio/io_context.hpp>

#include "options.h"
#include "recorder.h"

namespace paddock::fake {

// The process as it was born: descriptors, environment, limits, groups. Before anything else is opened.
void record_start(const Recorder& recorder, const std::vector<std::string>& open_files);
std::vector<std::string> list_open_files();
void raise_descriptor_limit();
void fork_grandchild(const Options& options, const Recorder& recorder);
// Ends the process the way the options say.
[[noreturn]] void die(const Options& options);
// As a loader does that then hangs.
void read_half(const Options& options);
void start_flood(const Options& options, const Recorder& recorder);
// A line on stderr every log_every_ms.
void log_again_and_again(boost::asio::io_context& io, const Options& options);
void arm_exit(boost::asio::io_context& io, const Options& options);
void watch_sigterm(boost::asio::io_context& io, const Options& options, const Recorder& recorder);

}  // namespace paddock::fake
