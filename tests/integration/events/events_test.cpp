// A page hears what changes: the whole state first, then what is different, also after a break of its
// connection; and how far a load is stands in all places that tell of it.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

void listen(RawClient& client, const std::string& target, const HeaderList& headers = {}) {
  client.send(make_request("GET", target, {}, headers));
  const Head head = client.read_head();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-type"), "text/event-stream");
}

struct Event {
  std::string id;
  Json data;
};

// The next event of that kind; others before it are dropped.
Event next(RawClient& client, const std::string& kind) {
  const std::string before = client.read_until("event: " + kind + "\ndata: ");
  const std::size_t id = before.rfind("id: ") + 4;
  const std::string data = client.read_until("\n\n");
  return {before.substr(id, before.find('\n', id) - id), Json::parse(data, nullptr, false)};
}

// Reads on until a change says that the model is in that state.
std::string until_state(RawClient& client, const std::string& model, const std::string& state) {
  while (true) {
    const Event event = next(client, "change");
    const Json models = event.data.value("models", Json::object());
    if (models.contains(model) && models[model]["state"] == state) return event.id;
  }
}

TEST(Events, AClientThatComesBackGetsWhatItMissed) {
  TestDaemon daemon(two_models());
  RawClient first(daemon.port()), second(daemon.port());
  listen(first, "/api/events/v2");
  listen(second, "/api/events/v2?after=something");
  const Event state = next(first, "state");
  EXPECT_EQ(state.data["models"]["a"]["state"], "stopped");
  EXPECT_EQ(state.data["models"], next(second, "state").data["models"]);
  EXPECT_EQ(post(daemon.port(), "/api/models/a/load").status(), 200);
  const std::string seen = until_state(first, "a", "ready");
  until_state(second, "a", "ready");
  first.close();
  EXPECT_EQ(post(daemon.port(), "/api/models/b/load").status(), 200);
  RawClient again(daemon.port());
  listen(again, "/api/events/v2", {{"Last-Event-ID", seen}});
  const Event missed = next(again, "change");
  EXPECT_EQ(missed.data["models"]["a"]["state"], "stopped");
  EXPECT_EQ(missed.data["models"]["b"]["state"], "ready");
}

TEST(Events, AnotherDaemonTellsTheWholeState) {
  std::string seen;
  {
    TestDaemon before(two_models());
    RawClient client(before.port());
    listen(client, "/api/events/v2");
    seen = next(client, "state").id;
  }
  TestDaemon after(two_models());
  RawClient client(after.port());
  listen(client, "/api/events/v2", {{"Last-Event-ID", seen}});
  EXPECT_EQ(next(client, "state").data["models"].size(), 2u);
}

TEST(Events, AReloadIsHeardOf) {
  TestDaemon daemon(two_models());
  RawClient client(daemon.port());
  listen(client, "/api/events/v2");
  next(client, "state");
  EXPECT_EQ(daemon.reload(config_with({{"a"}, {"c"}})).status(), 200);
  const Event change = next(client, "change");
  EXPECT_EQ(change.data["daemon"]["models"], (Json{"a", "c"}));
  EXPECT_EQ(change.data["models"]["b"], nullptr);
  EXPECT_EQ(change.data["models"]["c"]["state"], "stopped");
}

TEST(Events, LlamaSwapsAreSeen) {
  TestDaemon daemon(config_with({{"a", "--health-gate r"}, {"b"}}));
  RawClient client(daemon.port());
  listen(client, "/api/events");
  client.read_until("\"type\":\"modelStatus\"");
  client.read_until("{\\\"operation\\\":\\\"snapshot\\\"}");
  auto answer = start_chat(daemon.port(), "a");
  client.read_until("\\\"operation\\\":\\\"upsert\\\"");
  client.read_until("\\\"Host\\\":\\\"");  // of req_headers
  daemon.release("a", "r");
  EXPECT_EQ(answer.get().status(), 200);
  client.read_until("\\\"operation\\\":\\\"remove\\\"");
  RawClient late(daemon.port());
  listen(late, "/api/events");
  const std::string models = late.read_until("\"type\":\"uiConfig\"");
  EXPECT_NE(models.find("{\\\"id\\\":\\\"a\\\",\\\"name\\\":\\\"\\\",\\\"description\\\":\\\"\\\","
                        "\\\"state\\\":\\\"ready\\\""),
            std::string::npos)
      << models;
}

TEST(LoadProgress, IsToldInTheStatusTheEventsAndTheComments) {
  TestDaemon daemon(config_with(
      {{"a", "--health-gate r --log-line 'load_tensors: loading model tensors' --log-line ......."}},
      "loadingGrace: 50ms"));
  RawClient events(daemon.port()), client(daemon.port());
  listen(events, "/api/events/v2");
  next(events, "state");
  auto load = start_post(daemon.port(), "/api/models/a/load");
  const auto loading = [&] { return get(daemon.port(), "/api/models/a").json()["loading"]; };
  EXPECT_TRUE(eventually([&] {
    const Json now = loading();
    return now.is_object() && now["stage"] == "weights" && now["percent"] == 7;
  })) << loading();
  events.read_until("\"stage\":\"weights\",\"percent\":7");
  client.send(chat_request("a", nullptr, true));
  client.read_until("a is being loaded (weights 7%)\n\n");
  daemon.release("a", "r");
  EXPECT_EQ(load.get().status(), 200);
  client.read_until("data: [DONE]");
  EXPECT_EQ(loading(), nullptr);
}

}  // namespace
}  // namespace paddock::test
