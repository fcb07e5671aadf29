// Reading a body: its framing, and the wait for memory that others hold.
#include "read_body.h"

#include <gtest/gtest.h>

#include <array>
#include <ostream>

#include "heads.h"
#include "loopback.h"
#include "paddock/router/router.h"
#include "worker.h"

namespace paddock::http {

// Found by GoogleTest.
inline void PrintTo(BodyEnd end, std::ostream* out) { *out << "BodyEnd " << static_cast<int>(end); }

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kKiB = 1024;

// A reader knows its worker for context and clock only; nobody asks this router anything.
router::Router& no_router() {
  alignas(router::Router) static std::array<std::byte, sizeof(router::Router)> room;
  return *reinterpret_cast<router::Router*>(room.data());
}

// One client that sends a body.
struct Client {
  Client(Worker& worker, BodyBudget& budget, const std::string& framing, BodyRules rules)
      : context(worker.context()),
        pair(test::connect_pair(context)),
        link(std::make_shared<ClientLink>(std::move(pair.near), std::weak_ptr<void>(), 64 << 10)),
        head(test::request("POST / HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n")),
        body(std::move(rules)),
        source{*link, worker, budget, head->head(),
               [this](std::function<void()> f) { interrupt = std::move(f); }} {
    link->stall_timeout = std::chrono::seconds(60);
  }

  void start() { end = test::begin(context, read_body(source, body)); }
  bool waits() {
    return test::run_until(context, [&] { return static_cast<bool>(interrupt) || test::is_ready(end); }) &&
           static_cast<bool>(interrupt);
  }
  BodyEnd finish() {
    if (test::run_until(context, [&] { return test::is_ready(end); })) return end.get();
    ADD_FAILURE() << "no end within the deadline";
    return BodyEnd::kClientGone;
  }
  void send_chunk(std::size_t size) {
    char line[20];
    std::snprintf(line, sizeof line, "%zx\r\n", size);
    ASSERT_TRUE(pair.far.send(line + std::string(size, 'x') + "\r\n"));
  }
  bool until_read(std::size_t size) {
    return test::run_until(context, [&] { return body.size() >= size; });
  }

  asio::io_context& context;
  test::Pair pair;
  std::shared_ptr<ClientLink> link;
  std::unique_ptr<RequestHeadReader> head;
  RequestBody body;
  std::function<void()> interrupt;
  BodySource source;
  std::future<BodyEnd> end;
};

struct ReadBody : testing::Test {
  Shared shared{ServerOptions(), {}, RouteTable(), no_router(), {}, [] {}};
  BodyBudget budget;
  InFlight in_flight{1};
  Worker worker{shared, in_flight.table(0)};
};

constexpr const char* kChunked = "Transfer-Encoding: chunked";

TEST_F(ReadBody, OfKnownLengthHoldsItWholeAtOnce) {
  Client one(worker, budget, "Content-Length: 5", {100, "key", 100, 1000});
  one.start();
  ASSERT_TRUE(one.pair.far.send("he"));
  ASSERT_TRUE(one.until_read(2));
  EXPECT_EQ(budget.used(), 5u);
  ASSERT_TRUE(one.pair.far.send("llo, next"));
  EXPECT_EQ(one.finish(), BodyEnd::kComplete);
  EXPECT_EQ(one.body.view(), "hello");
  one.body.drop();
  EXPECT_EQ(budget.used(), 0u);
}

TEST_F(ReadBody, ChunksMayBeCutAnywhere) {
  Client one(worker, budget, kChunked, {100, "key", 100, 1000});
  one.start();
  for (const char byte : std::string("3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nA: b\r\n\r\n")) {
    ASSERT_TRUE(one.pair.far.send(std::string(1, byte)));
    ASSERT_TRUE(test::run_until(worker.context(), [&] { return one.link->reader.buffered().empty(); }));
  }
  EXPECT_EQ(one.finish(), BodyEnd::kComplete);
  EXPECT_EQ(one.body.view(), "abcd");
}

TEST_F(ReadBody, BrokenChunksAndShortBodiesAreNoBodies) {
  Client broken(worker, budget, kChunked, {100, "key", 100, 1000});
  broken.start();
  ASSERT_TRUE(broken.pair.far.send("x\r\n"));
  EXPECT_EQ(broken.finish(), BodyEnd::kBadFraming);
  Client gone(worker, budget, "Content-Length: 5", {100, "key", 100, 1000});
  gone.start();
  ASSERT_TRUE(gone.pair.far.send("he"));
  gone.pair.far.finish();
  EXPECT_EQ(gone.finish(), BodyEnd::kClientGone);
}

TEST_F(ReadBody, WaitsUntilMemoryIsFree) {
  BodyBudget::Hold others;
  ASSERT_TRUE(budget.try_take(others, 90, 100));
  Client one(worker, budget, "Content-Length: 50", {100, "key", 100, 100});
  one.start();
  ASSERT_TRUE(one.pair.far.send(std::string(50, 'x')));
  ASSERT_TRUE(one.waits());
  EXPECT_EQ(one.body.size(), 0u);
  others.release();
  EXPECT_EQ(one.finish(), BodyEnd::kComplete);
  EXPECT_EQ(budget.used(), 50u);
}

TEST_F(ReadBody, AnInterruptionEndsTheWait) {
  BodyBudget::Hold others;
  ASSERT_TRUE(budget.try_take(others, 90, 100));
  Client one(worker, budget, "Content-Length: 50", {100, "key", 100, 100});
  one.start();
  ASSERT_TRUE(one.waits());
  const auto interrupt = std::exchange(one.interrupt, nullptr);
  interrupt();
  EXPECT_EQ(one.finish(), BodyEnd::kClientGone);
  EXPECT_EQ(budget.used(), 90u);
  others.release();
  EXPECT_EQ(budget.used(), 0u);
}

TEST_F(ReadBody, TwoHalfReadBodiesDoNotWaitForEachOther) {
  const BodyRules rules{1000 * kKiB, "key", 1000 * kKiB, 200 * kKiB};
  Client one(worker, budget, kChunked, rules), other(worker, budget, kChunked, rules);
  one.source.patience = 30ms;
  for (Client* client : {&one, &other}) {
    client->start();
    client->send_chunk(50 * kKiB);
    ASSERT_TRUE(client->until_read(50 * kKiB));
  }
  one.send_chunk(40 * kKiB);
  other.send_chunk(40 * kKiB);
  ASSERT_TRUE(one.pair.far.send("0\r\n\r\n"));
  ASSERT_TRUE(other.pair.far.send("0\r\n\r\n"));
  // Only one of them finds room; whichever gives up or ends leaves it to the other.
  const BodyEnd end = one.finish();
  EXPECT_TRUE(end == BodyEnd::kNoMemory || end == BodyEnd::kComplete);
  one.body.drop();
  EXPECT_EQ(other.finish(), BodyEnd::kComplete);
  EXPECT_EQ(other.body.size(), 90 * kKiB);
}

TEST_F(ReadBody, AChunkedBodyGivesUpAfterItsPatience) {
  BodyBudget::Hold others;
  ASSERT_TRUE(budget.try_take(others, 100 * kKiB, 200 * kKiB));
  Client one(worker, budget, kChunked, {1000 * kKiB, "key", 1000 * kKiB, 200 * kKiB});
  one.source.patience = 30ms;
  one.start();
  one.send_chunk(60 * kKiB);
  one.send_chunk(60 * kKiB);
  EXPECT_EQ(one.finish(), BodyEnd::kNoMemory);
  const ApiError error = body_error(BodyEnd::kNoMemory, one.body);
  EXPECT_EQ(error.status, 503);
  EXPECT_EQ(error.retry_after_s, 5);
}

TEST_F(ReadBody, WithoutMemoryAFormGoesToItsFile) {
  BodyBudget::Hold others;
  ASSERT_TRUE(budget.try_take(others, 200 * kKiB, 200 * kKiB));
  Client one(worker, budget, "Content-Length: 1000", {1000 * kKiB, "key", 64 * kKiB, 200 * kKiB});
  one.start();
  ASSERT_TRUE(one.pair.far.send(std::string(1000, 'x')));
  EXPECT_EQ(one.finish(), BodyEnd::kComplete);
  EXPECT_FALSE(one.body.in_memory());
  EXPECT_EQ(one.body.size(), 1000u);
}

TEST_F(ReadBody, WhatIsTooLargeIsRefusedUnread) {
  Client one(worker, budget, "Content-Length: 101", {100, "key", 100, 1000});
  one.start();
  EXPECT_EQ(one.finish(), BodyEnd::kTooLarge);
  EXPECT_EQ(body_error(BodyEnd::kTooLarge, one.body).message, "the body is larger than 100 bytes (key)");
  Client other(worker, budget, "Content-Length: 90", {100, "key", 100, 80});
  other.start();
  EXPECT_EQ(other.finish(), BodyEnd::kOverTotal);
}

}  // namespace
}  // namespace paddock::http
