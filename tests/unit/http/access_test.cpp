#include "access.h"

#include <gtest/gtest.h>

#include "heads.h"

namespace paddock::http {
namespace {

namespace ip = boost::asio::ip;

const Route kOpenRoute{"GET", "/", RouteKind::kControl, nullptr, Role::kOpen};
const Route kVersion{"GET", "/api/version", RouteKind::kControl, nullptr, Role::kAnyKey};
const Route kChat{"POST", "/v1/chat/completions", RouteKind::kModelInBody, nullptr, Role::kInfer};
const Route kModels{"GET", "/v1/models", RouteKind::kControl, nullptr, Role::kInfer};
const Route kRunning{"GET", "/running", RouteKind::kControl, nullptr, Role::kObserve};
const Route kLogs{"GET", "/logs", RouteKind::kControl, nullptr, Role::kAdmin};
const Route kUnload{"GET", "/unload", RouteKind::kControl, nullptr, Role::kAdmin, Effect::kChanges};
const Route kForgotten{"GET", "/new", RouteKind::kControl, nullptr};
const Route kUpstream{"*", "/upstream/*", RouteKind::kModelInPath, nullptr, Role::kAdmin};

struct Asked {
  int status = 200;  // 200: let in
  std::string message;
  std::string challenge;
  Remote remote;
};

class Door {
 public:
  explicit Door(config::Access access = {}, const std::string& bound = "127.0.0.1")
      : rules_(access, bound), keys_(access.api_keys) {}

  Asked ask(const Route* route, const std::string& lines, const std::string& peer = "127.0.0.1") const {
    const std::string method = route == nullptr || route->method == "*" ? "GET" : route->method;
    const auto reader = test::request(method + " /x HTTP/1.1\r\n" + lines + "\r\n");
    const Ends ends{ip::make_address("192.168.1.5"), ip::make_address(peer)};
    Asked asked;
    asked.remote.peer = peer;
    const auto refusal = judge(rules_, keys_, {reader->head().fields(), method, route, ends}, asked.remote);
    if (refusal) asked.status = refusal->status;
    if (refusal) asked.message = refusal->message;
    if (refusal && !refusal->headers.empty()) asked.challenge = refusal->headers.front().second;
    EXPECT_NE(asked.remote.caller, nullptr);
    return asked;
  }
  int status(const Route& route, const std::string& lines) const { return ask(&route, lines).status; }

 private:
  AccessRules rules_;
  KeyRing keys_;
};

const std::string kLocal = "Host: localhost:8080\r\n";

config::Access with_keys() {
  config::Access access;
  access.api_keys = {{"all"},
                     {"chat", "frontend", {true, false, false}},
                     {"watch", "monitor", {false, true, false}},
                     {"boss", "", {false, false, true}}};
  return access;
}

// A browser that is challenged by Basic asks for a password itself, before the script of a page hears of it.
TEST(Access, ABrowserIsNotMadeToAskForWhatAPageAskedFor) {
  const Door door(with_keys());
  EXPECT_EQ(door.ask(&kLogs, kLocal).challenge, "Basic realm=\"paddock\"");
  EXPECT_EQ(door.ask(&kLogs, kLocal + "X-Requested-With: fetch\r\n").challenge, "Bearer realm=\"paddock\"");
  EXPECT_EQ(door.ask(&kLogs, kLocal + "X-Requested-With: fetch\r\nAuthorization: Bearer boss\r\n").status,
            200);
}

TEST(Access, RolesOpenWhatTheTableSays) {
  const Door door(with_keys());
  struct Case {
    const char* key;
    int version, chat, models, running, logs, forgotten;
  };
  for (const Case& one :
       {Case{"all", 200, 200, 200, 200, 200, 200}, Case{"chat", 200, 200, 200, 403, 403, 403},
        Case{"watch", 200, 403, 403, 200, 403, 403}, Case{"boss", 200, 403, 403, 403, 200, 200},
        Case{"wrong", 401, 401, 401, 401, 401, 401}}) {
    SCOPED_TRACE(one.key);
    const std::string lines = kLocal + "Authorization: Bearer " + one.key + "\r\n";
    EXPECT_EQ(door.status(kOpenRoute, lines), 200);
    EXPECT_EQ(door.status(kVersion, lines), one.version);
    EXPECT_EQ(door.status(kChat, lines), one.chat);
    EXPECT_EQ(door.status(kModels, lines), one.models);
    EXPECT_EQ(door.status(kRunning, lines), one.running);
    EXPECT_EQ(door.status(kLogs, lines), one.logs);
    EXPECT_EQ(door.status(kForgotten, lines), one.forgotten) << "what declares nothing is for admins";
  }
}

TEST(Access, ARefusedKeyIsToldWhichRoleIsMissing) {
  const Door door(with_keys());
  EXPECT_EQ(door.ask(&kUnload, kLocal + "x-api-key: chat\r\n").message,
            "the key `frontend` does not have the role `admin`, which this address needs; its roles stand in "
            "apiKeys of the configuration");
  EXPECT_EQ(door.ask(&kRunning, kLocal + "x-api-key: boss\r\n").message.rfind("this key does not", 0), 0u);
  EXPECT_EQ(door.ask(&kRunning, kLocal + "x-api-key: boss\r\n").message.find("boss"), std::string::npos);
}

TEST(Access, WithKeysAnyHostWillDoAndAnUnknownAddressNeedsOne) {
  const Door door(with_keys());
  EXPECT_EQ(door.status(kRunning, "Host: ai.example\r\nx-api-key: all\r\n"), 200);
  EXPECT_EQ(door.ask(nullptr, kLocal).status, 401);
  EXPECT_EQ(door.ask(nullptr, kLocal + "x-api-key: chat\r\n").status, 200);
}

TEST(Access, TheCallerIsWhoseKeyItIs) {
  const Door door(with_keys());
  EXPECT_EQ(door.ask(&kChat, kLocal + "x-api-key: chat\r\n").remote.caller->name, "frontend");
  EXPECT_FALSE(door.ask(&kOpenRoute, kLocal).remote.caller->roles.admin) << "nobody's";
  EXPECT_TRUE(Door().ask(&kChat, kLocal).remote.caller->roles.admin) << "without keys everybody's";
}

TEST(Access, WithoutKeysTheHostMustBeOurs) {
  const Door door;
  for (const Route* route : {&kChat, &kModels, &kLogs, &kUnload, &kUpstream}) {
    SCOPED_TRACE(route->path);
    EXPECT_EQ(door.ask(route, kLocal).status, 200);
    const Asked refused = door.ask(route, "Host: evil.example:8080\r\n");
    EXPECT_EQ(refused.status, 403);
    EXPECT_NE(refused.message.find("add `evil.example` to allowedHosts"), std::string::npos);
  }
  EXPECT_EQ(door.ask(nullptr, "Host: evil.example\r\n").status, 403);
  EXPECT_EQ(door.status(kOpenRoute, "Host: evil.example\r\n"), 200) << "the health check is nobody's secret";
}

TEST(Access, AForeignPageMayChangeNothing) {
  for (const Door& door : {Door(), Door(with_keys())}) {
    for (const char* sent :
         {"Origin: http://evil.example\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n",
          "Sec-Fetch-Site: same-site\r\n", "Origin: http://localhost:3000\r\n",
          "Origin: http://localhost:8080\r\nSec-Fetch-Site: cross-site\r\n"}) {
      SCOPED_TRACE(sent);
      const std::string lines = kLocal + sent + "x-api-key: all\r\n";
      for (const Route* route : {&kChat, &kUnload, &kUpstream}) EXPECT_EQ(door.ask(route, lines).status, 403);
      // What it only reads it is not shown by the browser.
      for (const Route* route : {&kModels, &kRunning}) {
        EXPECT_EQ(door.ask(route, lines).status, 200);
        EXPECT_EQ(cors_lines(door.ask(route, lines).remote), "");
      }
    }
  }
}

TEST(Access, ProgramsAndOurOwnPagesMay) {
  for (const char* sent :
       {"", "Origin: http://localhost:8080\r\n", "Sec-Fetch-Site: same-origin\r\n",
        "Sec-Fetch-Site: none\r\n", "Origin: http://LOCALHOST:8080\r\nSec-Fetch-Site: same-origin\r\n"}) {
    SCOPED_TRACE(sent);
    for (const Route* route : {&kChat, &kUnload, &kUpstream})
      EXPECT_EQ(Door().ask(route, kLocal + sent).status, 200);
  }
}

TEST(Access, AllowedPagesMayAndCanReadTheAnswer) {
  config::Access access;
  access.cors_origins = {"http://localhost:3000", "tauri://localhost"};
  const Door door(access);
  const Asked asked =
      door.ask(&kChat, kLocal + "Origin: http://localhost:3000\r\nSec-Fetch-Site: same-site\r\n");
  EXPECT_EQ(asked.status, 200);
  EXPECT_EQ(cors_lines(asked.remote),
            "Access-Control-Allow-Origin: http://localhost:3000\r\nVary: Origin\r\n");
  EXPECT_EQ(door.status(kChat, kLocal + "Origin: tauri://localhost\r\n"), 200);
  const Asked refused = door.ask(&kChat, kLocal + "Origin: http://localhost:3001\r\n");
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.message.find("add `http://localhost:3001` to cors.origins"), std::string::npos);
}

TEST(Access, AStarAllowsEveryPage) {
  config::Access access;
  access.cors_origins = {"*"};
  const Door door(access);
  for (const char* sent : {"Origin: http://evil.example\r\n", "Origin: null\r\n"}) {
    const Asked asked = door.ask(&kUnload, kLocal + sent);
    EXPECT_EQ(asked.status, 200);
    EXPECT_EQ(asked.remote.allow_origin, "*");
  }
  EXPECT_EQ(door.status(kUnload, kLocal + "Sec-Fetch-Site: cross-site\r\n"), 200);
}

TEST(Access, BehindATrustedProxyTheNameIsTheOneOutside) {
  config::Access access = with_keys();
  access.trusted_proxies = {"10.0.0.0/8"};
  const std::string lines =
      "Host: 127.0.0.1:8080\r\nX-Forwarded-Host: ai.example\r\nOrigin: https://ai.example\r\nx-api-key: "
      "all\r\n"
      "X-Forwarded-For: 6.6.6.6, 1.2.3.4\r\n";
  const Asked proxied = Door(access).ask(&kChat, lines, "10.0.0.2");
  EXPECT_EQ(proxied.status, 200);
  EXPECT_EQ(proxied.remote.address, "1.2.3.4");
  EXPECT_TRUE(proxied.remote.from_proxy);
  const Asked direct = Door(access).ask(&kChat, lines, "11.0.0.2");
  EXPECT_EQ(direct.status, 403);
  EXPECT_EQ(direct.remote.address, "11.0.0.2");
  EXPECT_FALSE(direct.remote.from_proxy);
}

Headers preflight(const std::string& lines, const std::string& allow) {
  const auto reader = test::request("OPTIONS /x HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
  Remote remote;
  remote.allow_origin = allow;
  return preflight_headers(reader->head().fields(), remote);
}

TEST(Preflight, AllowedPagesHearWhatTheyMaySend) {
  const std::string methods = "GET, POST, PUT, PATCH, DELETE, OPTIONS";
  EXPECT_EQ(
      preflight("", "http://a"),
      (Headers{{"Access-Control-Allow-Methods", methods},
               {"Access-Control-Allow-Headers", "Content-Type, Authorization, Accept, X-Requested-With"},
               {"Access-Control-Max-Age", "86400"}}));
  EXPECT_EQ(
      preflight("Access-Control-Request-Headers: authorization, x-a b,,X-Stainless-OS\r\n", "*")[1],
      (std::pair<std::string, std::string>("Access-Control-Allow-Headers", "authorization, X-Stainless-OS")));
}

TEST(Preflight, OthersHearNothing) { EXPECT_EQ(preflight("", ""), (Headers{{"Vary", "Origin"}})); }

}  // namespace
}  // namespace paddock::http
