// FakeDaemon: an HTTP server on a free port of loopback that gives everybody the same answer and keeps what
// it was asked. Asked from one thread, at least once before it goes.
#pragma once

#include <httplib.h>

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include "tests/support/wait.h"

namespace paddock::client {

class FakeDaemon {
 public:
  struct Asked {
    std::string method;
    std::string target;  // as it came
    std::string body;
    httplib::Params query;
    httplib::Headers headers;

    // The first of that name, or empty.
    std::string value(const std::string& name) const {
      const auto found = query.find(name);
      return found == query.end() ? "" : found->second;
    }
    std::string header(const std::string& name) const {
      const auto found = headers.find(name);
      return found == headers.end() ? "" : found->second;
    }
  };

  FakeDaemon(int status, std::string body)
      : FakeDaemon(std::make_unique<httplib::Server>(), "http", [status, body](httplib::Response& response) {
          response.status = status;
          response.set_content(body, "application/json");
        }) {}

  // `answer` writes a response, of the request if it takes that too.
  template <class Answer>
  FakeDaemon(std::unique_ptr<httplib::Server> server, const std::string& scheme, Answer answer)
      : server_(std::move(server)) {
    const auto handle = [this, answer](const httplib::Request& request, httplib::Response& response) {
      const std::lock_guard<std::mutex> lock(mutex_);
      asked_ = {request.method, request.target, request.body, request.params, request.headers};
      if constexpr (std::is_invocable_v<Answer, const httplib::Request&, httplib::Response&>) {
        answer(request, response);
      } else {
        answer(response);
      }
    };
    server_->Get(".*", handle);
    server_->Post(".*", handle);
    url_ = scheme + "://127.0.0.1:" + std::to_string(server_->bind_to_any_port("127.0.0.1"));
    thread_ = std::thread([this] { server_->listen_after_bind(); });
  }

  ~FakeDaemon() {
    // Stopped before it runs, it would run for ever.
    EXPECT_TRUE(test::eventually([this] { return server_->is_running(); }));
    server_->stop();
    thread_.join();
  }

  const std::string& url() const { return url_; }
  // After the answer.
  Asked asked() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return asked_;
  }

 private:
  std::unique_ptr<httplib::Server> server_;
  std::string url_;
  mutable std::mutex mutex_;
  Asked asked_;  // under mutex_
  std::thread thread_;
};

}  // namespace paddock::client
