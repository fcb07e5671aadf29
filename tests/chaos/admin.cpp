// Who steers by hand and looks. Several of them, as one may wait for a load that hangs until another one
// cancels it.
#include "tests/chaos/scene.h"
#include "tests/chaos/storm.h"
#include "tests/support/http.h"

namespace paddock::chaos {
namespace {

class Admin {
 public:
  Admin(Storm& storm, unsigned seed) : storm_(storm), dice_(seed) {}

  void run() {
    while (!storm_.over()) {
      act();
      storm_.pause(Millis(dice_.roll(60)));
    }
  }

 private:
  void act() {
    const std::string model = dice_.pick(models());
    switch (dice_.roll(16)) {
      case 0:
      case 1:
      case 2:
        return verb(model, "load");
      case 3:
        return verb(model, "unload?mode=drain");
      case 4:
        return verb(model, "unload?mode=now");
      case 5:
        return verb(model, "restart");
      case 6:
      case 7:
      case 8:
        return cancel_a_load();
      case 9:
        return dice_.one_in(4) ? unload_all() : look();
      case 10:
        return dice_.one_in(4) ? freeze_for_a_while() : look();
      case 11:
        return plan(model);
      case 12:
        return follow_logs();
      default:
        return look();
    }
  }

  void verb(const std::string& model, const std::string& what) {
    storm_.count(what.substr(0, what.find('?')));
    call(storm_, what + " " + model, closing_request("POST", "/api/models/" + model + "/" + what));
  }

  void cancel_a_load() {
    const Answer all = ask("/api/models");
    const auto body = all.bytes.find("\r\n\r\n");
    if (all.status != 200 || body == std::string::npos) return;
    const test::Json answer = test::Json::parse(all.bytes.substr(body + 4), nullptr, false);
    if (!answer.is_object() || !answer.contains("models"))
      return storm_.complain("half an answer: " + all.bytes);
    for (const test::Json& model : answer["models"]) {
      if (model.value("state", "") == "starting" && dice_.one_in(2))
        return verb(model.value("id", ""), "cancel");
    }
  }

  void unload_all() {
    storm_.count("unload all");
    const char* const ways[] = {"/api/models/unload", "/api/models/unload?mode=now"};
    call(storm_, "unload all", closing_request("POST", ways[dice_.roll(2)]));
  }

  void freeze_for_a_while() {
    storm_.count("freeze");
    call(storm_, "freeze", closing_request("POST", "/api/freeze"));
    storm_.pause(Millis(dice_.roll(60)));
    call(storm_, "thaw", closing_request("POST", "/api/thaw"));
  }

  void plan(const std::string& model) {
    ask("/api/plan?model=" + model);
    ask("/api/plan?model=" + model + "&running=" + dice_.pick(models()));
  }

  void look() {
    static const std::vector<std::string> places = {
        "/api/queue",  "/running", "/v1/models", "/api/models/a",
        "/api/models", "/logs",    "/health",    "/api/models/e/launches"};
    ask(dice_.pick(places));
  }

  void follow_logs() {
    try {
      test::RawClient client(storm_.port());
      client.send(closing_request("GET", "/logs/stream/" + dice_.pick(models())));
      client.read_bytes(100'000, Millis(dice_.roll(200)));
    } catch (const std::exception& error) {
      storm_.complain(std::string("following a log: ") + error.what());
    }
  }

  Answer ask(const std::string& target) { return call(storm_, target, closing_request("GET", target)); }

  Storm& storm_;
  Dice dice_;
};

}  // namespace

void run_admin(Storm& storm, unsigned seed) { Admin(storm, seed).run(); }

}  // namespace paddock::chaos
