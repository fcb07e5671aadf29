#include "server.h"

#include <httplib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "answer.h"
#include "embedding.h"
#include "paddock/base/clock.h"
#include "request.h"

namespace paddock::sim {
namespace {

constexpr std::size_t kThreads = 64;
constexpr std::size_t kLargestBody = 64UL << 20;
constexpr const char* kJson = "application/json";

void refuse(httplib::Response& response, int status, const std::string& message, const std::string& type) {
  response.status = status;
  response.set_content(error_body(message, type, status), kJson);
}

// Tokens come out one by one; without this they wait for the client's acknowledgements.
void send_at_once(socket_t socket) {
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

void log_line(const std::string& text) {
  std::printf("sim-server (simulation): %s\n", text.c_str());
  std::fflush(stdout);
}

class Server::Impl {
 public:
  explicit Impl(Options options) : options_(std::move(options)) {
    server_.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server_.set_payload_max_length(kLargestBody);
    server_.set_keep_alive_max_count(1000);
    server_.set_socket_options(send_at_once);
    server_.set_tcp_nodelay(true);
    server_.set_logger([](const auto& request, const auto& response) {
      if (request.path != "/health")
        log_line(request.method + " " + request.path + " " + std::to_string(response.status));
    });
    add_information();
    add_work();
  }

  int bind() {
    ready_at_ = steady_now() + options_.load_time;
    if (options_.port == 0) return server_.bind_to_any_port(options_.listen_ip);
    return server_.bind_to_port(options_.listen_ip, options_.port) ? options_.port : -1;
  }

  void serve() { server_.listen_after_bind(); }

  void stop() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    server_.stop();
  }

 private:
  using Request = httplib::Request;
  using Response = httplib::Response;

  bool loading() const { return steady_now() < ready_at_; }

  // False when the server is told to stop meanwhile.
  bool wait_for_tokens(std::size_t count) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (options_.tokens_per_second > 0) {
      const std::chrono::duration<double> pause(static_cast<double>(count) / options_.tokens_per_second);
      wake_.wait_for(lock, pause, [this] { return stopping_; });
    }
    return !stopping_;
  }

  void add_information() {
    server_.Get("/health", [this](const Request&, Response& response) {
      response.status = loading() ? 503 : 200;
      response.set_content(loading() ? R"({"status":"loading model"})" : R"({"status":"ok"})", kJson);
    });
    server_.Get("/v1/models", [this](const Request&, Response& response) {
      const nlohmann::json model = {
          {"id", options_.model}, {"object", "model"}, {"created", 0}, {"owned_by", "simulation"}};
      const nlohmann::json list = {{"object", "list"}, {"data", nlohmann::json::array({model})}};
      response.set_content(list.dump(), kJson);
    });
    server_.Get("/", [this](const Request&, Response& response) {
      response.set_content("paddock sim-server: a simulation that answers as '" + options_.model + "'.\n",
                           "text/plain; charset=utf-8");
    });
    server_.set_error_handler([](const Request& request, Response& response) {
      if (!response.body.empty()) return;
      refuse(response, response.status, "Nothing is at " + request.method + " " + request.path + ".",
             "invalid_request_error");
    });
  }

  void add_work() {
    server_.Post("/v1/chat/completions", [this](const Request& request, Response& response) {
      answer(Kind::kChat, parse_chat(request.body), response);
    });
    server_.Post("/v1/completions", [this](const Request& request, Response& response) {
      answer(Kind::kCompletion, parse_completion(request.body), response);
    });
    server_.Post("/v1/embeddings", [this](const Request& request, Response& response) {
      const auto parsed = parse_embedding(request.body);
      if (refused(parsed, response)) return;
      response.set_content(embedding_answer(*parsed, options_.model), kJson);
    });
  }

  template <class T>
  bool refused(const Result<T, BadRequest>& parsed, Response& response) {
    if (loading())
      refuse(response, 503, "Loading model (simulated)", "unavailable_error");
    else if (!parsed)
      refuse(response, 400, parsed.error().message, "invalid_request_error");
    else
      return false;
    return true;
  }

  void answer(Kind kind, const Result<TextRequest, BadRequest>& parsed, Response& response) {
    if (refused(parsed, response)) return;
    const TextRequest& request = *parsed;
    const std::string id = (kind == Kind::kChat ? "chatcmpl-sim-" : "cmpl-sim-") + std::to_string(++answers_);
    Answer plan = plan_answer(kind, request, options_.model, id, std::time(nullptr));
    if (request.stream) {
      stream(std::move(plan), response);
      return;
    }
    const TimePoint begin = steady_now();
    if (!wait_for_tokens(plan.tokens.size())) {
      refuse(response, 503, "The simulation is stopping.", "unavailable_error");
      return;
    }
    response.set_content(whole_answer(plan, steady_now() - begin), kJson);
  }

  void stream(Answer plan, Response& response) {
    struct Progress {
      Answer plan;
      std::size_t next = 0;
      TimePoint begin = steady_now();
    };
    const auto progress = std::make_shared<Progress>();
    progress->plan = std::move(plan);
    response.set_header("Cache-Control", "no-cache");
    response.set_chunked_content_provider(
        "text/event-stream", [this, progress](std::size_t, httplib::DataSink& sink) {
          if (progress->next == progress->plan.tokens.size()) {
            const std::string end = end_events(progress->plan, steady_now() - progress->begin);
            if (!sink.write(end.data(), end.size())) return false;
            sink.done();
            return true;
          }
          if (!wait_for_tokens(1)) return false;
          const std::string event = token_event(progress->plan, progress->next++);
          if (sink.write(event.data(), event.size())) return true;
          log_line("client left after " + std::to_string(progress->next) + " tokens, generation stopped");
          return false;
        });
  }

  const Options options_;
  httplib::Server server_;
  TimePoint ready_at_{};
  std::atomic<unsigned> answers_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // under mutex_
};

Server::Server(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Server::~Server() = default;
int Server::bind() { return impl_->bind(); }
void Server::serve() { impl_->serve(); }
void Server::stop() { impl_->stop(); }

}  // namespace paddock::sim
