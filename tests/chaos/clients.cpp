// Who asks: whole requests of many kinds, and those who leave at every phase of one.
#include <poll.h>

#include "tests/chaos/scene.h"
#include "tests/chaos/storm.h"
#include "tests/support/http.h"

namespace paddock::chaos {
namespace {

using test::Json;

class Client {
 public:
  Client(Storm& storm, unsigned seed) : storm_(storm), dice_(seed) {}

  void run() {
    while (!storm_.over()) act();
  }

 private:
  void act() {
    const int choice = dice_.roll(20);
    if (choice < 8) return ask_plainly();
    if (choice < 12) return ask_with_script();
    if (choice < 13) return pass_through();
    if (choice < 14) return send_much();
    if (choice < 15) return ask_wrongly();
    leave();
  }

  std::string some_model() {
    // Is there in some wordings only, and runs alone.
    if (dice_.one_in(15)) return "x";
    return dice_.one_in(12) ? "first" : dice_.pick(models());
  }

  std::string body(const std::string& model, const Json& script) {
    return test::chat_body(model, script, dice_.one_in(3));
  }

  // The fake says its own name, so that an answer of another model is seen.
  void ask_plainly() {
    const std::string model = dice_.pick(models());
    const Answer answer = call(storm_, "chat with " + model, chat(body(model, nullptr)));
    if (answer.status != 200) return;
    const auto said = answer.bytes.find("\"model\":\"");
    if (said != std::string::npos && answer.bytes.compare(said + 9, model.size() + 1, model + "\"") != 0)
      storm_.complain("asked for " + model + ", answered by: " + answer.bytes.substr(said, 20));
  }

  void ask_with_script() {
    const std::string model = some_model();
    const Json how = script();
    call(storm_, "chat with " + model + ", " + how.dump(), chat(body(model, how)));
  }

  void pass_through() {
    const std::string model = dice_.pick(models());
    call(storm_, "upstream of " + model, closing_request("GET", "/upstream/" + model + "/echo/it?x=1"));
  }

  void send_much() {
    const std::string model = dice_.pick(models());
    Json text = Json::parse(body(model, nullptr));
    text["prompt"] = std::string(static_cast<std::size_t>(dice_.roll(300'000)), 'p');
    call(storm_, "long chat with " + model, chat(text.dump()));
  }

  void ask_wrongly() {
    if (dice_.one_in(2)) {
      call(storm_, "chat with nobody", chat(body("nobody", nullptr)));
    } else {
      call(storm_, "no JSON", chat("{\"model\": "));
    }
  }

  Json script() {
    const Json pieces = {"one", "two", "three"};
    switch (dice_.roll(8)) {
      case 0:
        return {{"crash", true}};
      case 1:
        return {{"mode", "chunked"}, {"pieces", pieces}, {"rst_after_pieces", dice_.roll(3)}};
      case 2:
        return {{"mode", "chunked"}, {"pieces", pieces}, {"exit_after_pieces", 1 + dice_.roll(2)}};
      case 3:
        return {{"pieces", {"x"}}, {"delay_head_ms", dice_.roll(200)}, {"close_on_next", "eof"}};
      default:
        return {{"mode", "chunked"}, {"pieces", pieces}, {"piece_delay_ms", dice_.roll(150)}};
    }
  }

  // Half a head, half a body, queued or loading, before or after the head of the answer, amid its body.
  void leave() {
    const std::string model = some_model();
    const std::string request = chat(body(model, script()));
    std::size_t sent = request.size();
    const int phase = dice_.roll(5);
    if (phase == 0) sent = static_cast<std::size_t>(dice_.roll(60));
    if (phase == 1) sent -= 1 + static_cast<std::size_t>(dice_.roll(40));
    try {
      test::RawClient client(storm_.port());
      client.send_some(std::string_view(request).substr(0, sent), Millis(1000));
      // However long the load takes, it is seen in some phase or other.
      if (phase == 2) ::poll(nullptr, 0, dice_.roll(80));
      if (phase == 3) client.read_bytes(1, Millis(500));
      if (phase == 4) client.read_bytes(200, Millis(500));
      go(client);
      storm_.count("left in phase " + std::to_string(phase));
    } catch (const std::exception& error) {
      storm_.complain(std::string("leaving: ") + error.what());
    }
  }

  void go(test::RawClient& client) {
    const int how = dice_.roll(3);
    if (how == 0) client.close();
    if (how == 1) client.reset();
    if (how == 2) {
      client.half_close();
      client.wait_end(Millis(200));
    }
  }

  static std::string chat(const std::string& body) {
    return closing_request("POST", "/v1/chat/completions", body);
  }

  Storm& storm_;
  Dice dice_;
};

}  // namespace

void run_client(Storm& storm, unsigned seed) { Client(storm, seed).run(); }

}  // namespace paddock::chaos
