// A model that does not start: the client is told why, and the next request is not harmed.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

Json error_of(const Response& response) { return response.json()["error"]; }

std::string with_command(const std::string& command) {
  return "models:\n  a:\n    cmd: " + command + "\n  b:\n    cmd: '@FAKE@ --port ${PORT} --name b'\n";
}

TEST(StartFailures, ExecutableMissing) {
  TestDaemon daemon(with_command("/no/such/engine --port ${PORT}"));
  const Response response = chat(daemon.port(), "a");
  EXPECT_EQ(response.status(), 503);
  EXPECT_EQ(response.error_code(), "start_failed");
  EXPECT_NE(response.error_message().find("/no/such/engine"), std::string::npos) << response.error_message();
  EXPECT_EQ(error_of(response)["detail"]["class"], "file_missing");
  EXPECT_EQ(error_of(response)["param"], "a");
  EXPECT_EQ(response.head.header("x-should-retry"), "false");
  EXPECT_EQ(chat(daemon.port(), "b").status(), 200);
}

TEST(StartFailures, NameNotInPath) {
  TestDaemon daemon(with_command("no-such-engine-anywhere --port ${PORT}"));
  const Response response = chat(daemon.port(), "a");
  EXPECT_EQ(response.status(), 503);
  EXPECT_NE(response.error_message().find("no-such-engine-anywhere"), std::string::npos);
  EXPECT_EQ(error_of(response)["detail"]["class"], "file_missing");
}

TEST(StartFailures, NotExecutable) {
  TestDaemon daemon(with_command("/etc/passwd --port ${PORT}"));
  const Response response = chat(daemon.port(), "a");
  EXPECT_EQ(response.status(), 503);
  EXPECT_EQ(response.error_code(), "start_failed");
  EXPECT_NE(response.error_message().find("/etc/passwd"), std::string::npos);
  EXPECT_EQ(error_of(response)["detail"]["class"], "file_missing");
}

TEST(StartFailures, ExitCode) {
  TestDaemon daemon(
      config_with({{"a", "--exit-before-listen --exit-code 3 --log-line 'error: no such quant'"}}));
  const Response response = chat(daemon.port(), "a");
  EXPECT_EQ(response.status(), 503);
  EXPECT_EQ(response.error_code(), "start_failed");
  EXPECT_NE(response.error_message().find("exit code 3"), std::string::npos) << response.error_message();
  EXPECT_EQ(error_of(response)["detail"]["class"], "exit");
  EXPECT_EQ(error_of(response)["detail"]["exit"], 3);
  EXPECT_TRUE(error_of(response)["detail"]["signal"].is_null());
  EXPECT_EQ(error_of(response)["detail"]["line"], "error: no such quant");
}

TEST(StartFailures, Signal) {
  TestDaemon daemon(config_with({{"a", "--exit-before-listen --die-signal 11"}}));
  const Response response = chat(daemon.port(), "a");
  EXPECT_EQ(response.status(), 503);
  EXPECT_EQ(error_of(response)["detail"]["class"], "signal");
  EXPECT_EQ(error_of(response)["detail"]["signal"], 11);
  EXPECT_TRUE(error_of(response)["detail"]["exit"].is_null());
  EXPECT_NE(response.error_message().find("SIGSEGV"), std::string::npos) << response.error_message();
}

TEST(StartFailures, DiesWhileLoading) {
  TestDaemon daemon(config_with({{"a", "--health-never --exit-after-ms 100 --exit-code 9"}}));
  const Response response = chat(daemon.port(), "a");
  EXPECT_EQ(response.status(), 503);
  EXPECT_EQ(error_of(response)["detail"]["exit"], 9);
}

TEST(StartFailures, AllWhoJoinedAreTold) {
  TestDaemon daemon(config_with({{"a", "--health-never --exit-after-ms 300 --exit-code 4"}}));
  std::vector<std::future<Response>> answers;
  for (int i = 0; i < 4; ++i) answers.push_back(start_chat(daemon.port(), "a"));
  for (auto& answer : answers) EXPECT_EQ(answer.get().error_code(), "start_failed");
}

TEST(StartFailures, FailureIsShownWithTheLaunch) {
  TestDaemon daemon(config_with({{"a", "--exit-before-listen --exit-code 3"}}));
  chat(daemon.port(), "a");
  const Json launches = get(daemon.port(), "/api/models/a/launches").json()["launches"];
  ASSERT_EQ(launches.size(), 1u);
  EXPECT_EQ(launches[0]["failure"]["exit"], 3);
  EXPECT_FALSE(launches[0]["ended"].is_null());
}

TEST(StartFailures, PortOfTheModelIsTakenByAnother) {
  // Somebody already listens on the first port: the model gets the next one.
  TestDaemon holder(config_with({{"a"}}));
  ASSERT_EQ(chat(holder.port(), "a").status(), 200);
  const int taken = holder.records().port_of("a");
  TestDaemon daemon(config_with({{"a"}}, "startPort: " + std::to_string(taken)));
  EXPECT_EQ(chat(daemon.port(), "a").status(), 200);
  EXPECT_NE(daemon.records().port_of("a"), taken);
}

TEST(StartFailures, TimeoutAfterFifteenSeconds) {
  TestDaemon daemon(config_with({{"a", "--health-never --ignore-sigterm"}}, "healthCheckTimeout: 15"));
  const auto start = Clock::now();
  RawClient client(daemon.port());
  client.send(chat_request("a"));
  const Response response = read_response(client, false, Millis(30'000));
  EXPECT_EQ(response.status(), 504);
  EXPECT_EQ(response.error_code(), "start_timeout");
  EXPECT_GE(ms_since(start), 14'500);
  EXPECT_EQ(response.head.header("x-should-retry"), "false");
}

}  // namespace
}  // namespace paddock::test
