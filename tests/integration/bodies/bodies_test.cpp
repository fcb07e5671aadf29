// Bodies of any size cost bounded memory: what is too large is refused early, uploads go to a file, and what
// finds no memory waits for it.
#include <filesystem>

#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

constexpr const char* kChat = "/v1/chat/completions";
constexpr const char* kForm = "multipart/form-data; boundary=B";

std::string json_of(std::size_t size, const std::string& model = "a") {
  const std::string begin = "{\"model\":\"" + model + "\",\"p\":\"", end = "\"}";
  return begin + std::string(size - begin.size() - end.size(), 'p') + end;
}

// An upload whose model comes last, as it comes with some clients.
std::string form_of(std::size_t file) {
  std::string bytes;
  bytes.reserve(file + 20);
  while (bytes.size() < file) bytes += std::to_string(bytes.size()) + "\r\n";
  return "--B\r\nContent-Disposition: form-data; name=file; filename=f\r\n\r\n" + bytes +
         "\r\n--B\r\nContent-Disposition: form-data; name=model\r\n\r\na\r\n--B--\r\n";
}

std::string form_request(const std::string& form, const HeaderList& more = {}) {
  HeaderList headers = {{"Content-Type", kForm}};
  headers.insert(headers.end(), more.begin(), more.end());
  return make_request("POST", kChat, form, headers);
}

std::string chunked(const std::string& body, const std::string& type) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", body.size());
  return std::string("POST ") + kChat + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type +
         "\r\nTransfer-Encoding: chunked\r\n\r\n" + size + body + "\r\n0\r\n\r\n";
}

// The head of a request whose body does not come.
std::string head_only(std::size_t length, const std::string& type = "application/json") {
  return std::string("POST ") + kChat + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

std::future<Response> start_post_body(int port, const std::string& body) {
  return std::async(std::launch::async, [port, body] { return post(port, kChat, body); });
}

void expect_refused(const Response& response, int status, const std::string& code, const std::string& word) {
  EXPECT_EQ(response.status(), status);
  EXPECT_EQ(response.error_code(), code);
  EXPECT_NE(response.error_message().find(word), std::string::npos) << response.error_message();
}

// The fake tells the hash of what it got; `/upstream` passes the same bytes on unread.
std::string hash_of(const TestDaemon& daemon, const std::string& body) {
  return post(daemon.port(), "/upstream/a/echo", body).json()["hash"];
}

TEST(Bodies, TooLargeIsRefusedBeforeItComes) {
  TestDaemon daemon(two_models("maxJsonBody: 100KiB\nmaxBody: 1MiB"));
  expect_refused(ask(daemon.port(), head_only(102'401)), 413, "body_too_large", "maxJsonBody");
  expect_refused(ask(daemon.port(), head_only((1 << 20) + 1, kForm)), 413, "body_too_large", "maxBody");
  expect_refused(ask(daemon.port(), chunked(json_of(102'401), "application/json")), 413, "body_too_large",
                 "maxJsonBody");
  expect_refused(ask(daemon.port(), chunked(form_of(1 << 20), kForm)), 413, "body_too_large", "maxBody");
  EXPECT_EQ(daemon.records().count("started"), 0u);
  EXPECT_EQ(post(daemon.port(), kChat, json_of(102'400)).status(), 200);
}

TEST(Bodies, UploadsGoToAFileWithoutAName) {
  const TempDir folder;
  write_file(folder.path("mine"), "");
  TestDaemon daemon(config_with({{"a", "--health-gate g"}}, "bodyMemory: 64KiB\nbodyMemoryTotal: 100KiB"),
                    {{}, {"TMPDIR=" + folder.path("")}});
  const std::string form = form_of(3'000'000);
  auto length = std::async(std::launch::async, [&] { return ask(daemon.port(), form_request(form)); });
  auto chunks = std::async(std::launch::async, [&] { return ask(daemon.port(), chunked(form, kForm)); });
  // Both are whole here and wait for their model; the second found little memory left.
  ASSERT_TRUE(daemon.waiting("a", 2));
  const auto names = std::filesystem::directory_iterator(folder.path(""));
  EXPECT_EQ(std::distance(begin(names), end(names)), 1);
  daemon.release("a", "g");
  EXPECT_EQ(length.get().status(), 200);
  EXPECT_EQ(chunks.get().status(), 200);
  const std::string hash = hash_of(daemon, form);
  for (std::size_t nth : {1u, 2u}) {
    const Event request = daemon.records().wait_for("request", "a", nth);
    EXPECT_EQ(request["size"], form.size());
    EXPECT_EQ(request["hash"], hash);
    EXPECT_EQ(request["chunked"], false);
  }
}

TEST(Bodies, AnUploadIsEditedInItsFile) {
  TestDaemon daemon(config_with({{"a", "", "useModelName: another"}}, "bodyMemory: 64KiB"));
  std::string form = form_of(1'000'000);
  RawClient client(daemon.port());
  const std::string request = form_request(form, {{"Expect", "100-continue"}});
  client.send(request.substr(0, request.size() - form.size()));
  EXPECT_EQ(client.read_head().status, 100);
  client.send(form);
  EXPECT_EQ(read_response(client).status(), 200);
  form.replace(form.rfind("\r\na\r\n"), 5, "\r\nanother\r\n");
  EXPECT_EQ(daemon.records().of("request", "a").back()["hash"], hash_of(daemon, form));
}

TEST(Bodies, AFileIsSentAgainWhenItsConnectionWasStale) {
  TestDaemon daemon(config_with({{"a"}}, "bodyMemory: 64KiB"));
  RawClient client(daemon.port());
  client.send(chat_request("a", {{"pieces", {"x"}}, {"close_on_next", "eof"}}));
  ASSERT_EQ(read_response(client).status(), 200);
  const std::string form = form_of(200'000);
  client.send(form_request(form));
  EXPECT_EQ(read_response(client).status(), 200);
  EXPECT_EQ(daemon.records().of("request", "a").back()["hash"], hash_of(daemon, form));
}

TEST(Bodies, WithoutAFolderForFilesTheUploadIsRefused) {
  TestDaemon daemon(two_models("bodyMemory: 64KiB"), {{}, {"TMPDIR=/nonexistent"}});
  expect_refused(ask(daemon.port(), form_request(form_of(200'000))), 503, "body_not_stored", "/nonexistent");
  EXPECT_EQ(ask(daemon.port(), form_request(form_of(1'000))).status(), 200);
}

TEST(Bodies, WhoFindsNoMemoryWaitsForIt) {
  TestDaemon daemon(
      config_with({{"a", "--health-gate g"}, {"b"}}, "bodyMemoryTotal: 1MiB\n" + side_by_side("a, b")));
  auto first = start_post_body(daemon.port(), json_of(900'000));
  ASSERT_TRUE(daemon.waiting("a", 1));
  auto second = start_post_body(daemon.port(), json_of(300'000, "b"));
  EXPECT_EQ(second.wait_for(Millis(200)), std::future_status::timeout);
  EXPECT_EQ(daemon.records().count("started", "b"), 0u);
  EXPECT_EQ(get(daemon.port(), "/running").status(), 200) << "control requests wait for nobody's memory";
  daemon.release("a", "g");
  EXPECT_EQ(first.get().status(), 200);
  EXPECT_EQ(second.get().status(), 200);
}

TEST(Bodies, WhoLeavesTheLineLetsOthersPass) {
  TestDaemon daemon(
      config_with({{"a", "--health-gate g"}, {"b"}}, "bodyMemoryTotal: 1MiB\n" + side_by_side("a, b")));
  auto first = start_post_body(daemon.port(), json_of(900'000));
  ASSERT_TRUE(daemon.waiting("a", 1));
  RawClient large(daemon.port()), small(daemon.port());
  large.send(head_only(300'000));
  EXPECT_THROW(large.read_head(Millis(100)), std::runtime_error);
  small.send(head_only(1'000) + json_of(1'000, "b"));
  EXPECT_THROW(small.read_head(Millis(100)), std::runtime_error) << "nobody overtakes";
  large.close();
  EXPECT_EQ(read_response(small).status(), 200);
  daemon.release("a", "g");
  EXPECT_EQ(first.get().status(), 200);
}

TEST(Bodies, StoppingEndsTheWaitForMemory) {
  TestDaemon daemon(config_with({{"a", "--health-never"}}, "bodyMemoryTotal: 1MiB\nshutdownTimeout: 2"));
  auto first = start_post_body(daemon.port(), json_of(900'000));
  ASSERT_TRUE(daemon.waiting("a", 1));
  RawClient second(daemon.port());
  second.send(head_only(300'000));
  EXPECT_THROW(second.read_head(Millis(100)), std::runtime_error);
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_NE(second.wait_end(Millis(500)), End::kTimeout);
  EXPECT_EQ(first.get().status(), 503);
}

TEST(Bodies, LargerThanAllMemoryIsRefused) {
  TestDaemon daemon(two_models("bodyMemoryTotal: 1MiB"));
  expect_refused(ask(daemon.port(), head_only(2 << 20)), 413, "body_too_large", "bodyMemoryTotal");
  expect_refused(ask(daemon.port(), chunked(json_of(2 << 20), "application/json")), 413, "body_too_large",
                 "bodyMemoryTotal");
}

TEST(Bodies, TheLimitsInForceCount) {
  TestDaemon daemon(two_models());
  const std::string body = json_of(50'000);
  EXPECT_EQ(post(daemon.port(), kChat, body).status(), 200);
  EXPECT_EQ(daemon.reload(two_models("maxJsonBody: 40KiB")).status(), 200);
  expect_refused(post(daemon.port(), kChat, body), 413, "body_too_large", "40960");
}

}  // namespace
}  // namespace paddock::test
