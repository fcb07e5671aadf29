// Keys and the environment of models are in no answer, no log and no command line.
#include <filesystem>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

constexpr const char* kClientKey = "sesame-8317";
constexpr const char* kOfTheModel = "hush-4711";
const std::string kMarker = "SECRETS_RUN=yes";

std::string file() {
  return config_with(
      {{"a", "", "env: [\"HF_TOKEN=" + std::string(kOfTheModel) + "\"]"},
       {"broken", "--exit-before-listen --exit-code 1", "env: [\"API_KEY=${env.MODEL_SECRET}\"]"}},
      "apiKeys: [\"${env.CLIENT_SECRET}\"]");
}

TestDaemon::Options environment() {
  TestDaemon::Options options;
  options.env = {"CLIENT_SECRET=" + std::string(kClientKey), "MODEL_SECRET=" + std::string(kOfTheModel),
                 kMarker};
  return options;
}

std::string ask_with_key(const TestDaemon& daemon, const std::string& method, const std::string& target,
                         const std::string& body = {}) {
  const HeaderList headers = {{"Connection", "close"},
                              {"Authorization", "Bearer " + std::string(kClientKey)}};
  const Response answer = ask(daemon.port(), make_request(method, target, body, headers));
  return answer.head.raw + answer.body.bytes;
}

void expect_no_secret(const std::string& where, const std::string& text) {
  EXPECT_EQ(text.find(kClientKey), std::string::npos) << where << ": " << text;
  EXPECT_EQ(text.find(kOfTheModel), std::string::npos) << where << ": " << text;
}

TEST(Secrets, AreInNoAnswer) {
  TestDaemon daemon(file(), environment());
  EXPECT_NE(ask_with_key(daemon, "POST", "/v1/chat/completions", chat_body("a")).find("200 OK"),
            std::string::npos);
  expect_no_secret("a failed start",
                   ask_with_key(daemon, "POST", "/v1/chat/completions", chat_body("broken")));
  for (const char* place :
       {"/", "/health", "/v1/models", "/models", "/running", "/api/models", "/api/models/a",
        "/api/models/a/launches", "/api/models/broken", "/api/models/broken/launches", "/api/queue",
        "/api/plan?model=a", "/api/plan?model=nobody", "/logs", "/api/version", "/nothing"}) {
    expect_no_secret(place, ask_with_key(daemon, "GET", place));
  }
  for (const char* verb : {"/api/models/a/restart", "/api/models/broken/load", "/api/models/a/unload"}) {
    expect_no_secret(verb, ask_with_key(daemon, "POST", verb));
  }
}

TEST(Secrets, AreInNoLogAndNoCommandLine) {
  TestDaemon daemon(file(), environment());
  for (const char* model : {"broken", "a"})
    ask_with_key(daemon, "POST", "/v1/chat/completions", chat_body(model));
  ASSERT_TRUE(alive(daemon.records().wait_for("started", "a")["pid"]));
  int ours = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    if (read_file(entry.path().string() + "/environ").find(kMarker) == std::string::npos) continue;
    ++ours;
    expect_no_secret(entry.path().string(), read_file(entry.path().string() + "/cmdline"));
  }
  EXPECT_GE(ours, 4) << "daemon, helper, keeper and model";
  expect_no_secret("standard output", daemon.output());
}

}  // namespace
}  // namespace paddock::test
