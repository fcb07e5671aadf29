#include "client_reader.h"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>

#include "loopback.h"

namespace paddock::http {
namespace {

constexpr std::size_t kLongestHead = 64 << 10;

// The reader's owner, as the session is in the daemon.
struct Owner {
  explicit Owner(Socket connected) : socket(std::move(connected)) {}

  Stream socket;
  std::optional<ClientReader> reader;
};

struct ClientReaderTest : testing::Test {
  ClientReaderTest()
      : pair(test::connect_pair(context)), owner(std::make_shared<Owner>(std::move(pair.near))) {
    owner->reader.emplace(owner->socket, owner, kLongestHead);
  }

  ClientReader& reader() { return *owner->reader; }

  template <class Done>
  bool until(Done done) {
    return test::run_until(context, done);
  }
  template <class T>
  T finish(Task<T> task) {
    auto future = test::begin(context, std::move(task));
    if (until([&] { return test::is_ready(future); })) return future.get();
    ADD_FAILURE() << "nothing came within the deadline";
    return T();
  }
  std::string read(std::size_t most) {
    std::string bytes(most, '\0');
    bytes.resize(finish(reader().read_some(bytes.data(), most)));
    return bytes;
  }
  // Sends what may be more than the socket takes at once.
  void send_all(std::string_view text) {
    ASSERT_TRUE(until([&] {
      const std::string_view piece = text.substr(0, 4096);
      if (piece.empty() || pair.far.send(piece)) text.remove_prefix(piece.size());
      return text.empty();
    }));
  }
  void watch() {
    reader().watch([this] { ++gone; });
  }

  asio::io_context context{1};
  test::Pair pair;
  std::shared_ptr<Owner> owner;
  int gone = 0;
};

TEST_F(ClientReaderTest, FillWaitsForMore) {
  auto filled = test::begin(context, reader().fill());
  context.poll();
  EXPECT_FALSE(test::is_ready(filled));
  ASSERT_TRUE(pair.far.send("abc"));
  ASSERT_TRUE(until([&] { return test::is_ready(filled); }));
  EXPECT_TRUE(filled.get());
  EXPECT_EQ(reader().buffered(), "abc");
  reader().consume(1);
  ASSERT_TRUE(pair.far.send("de"));
  EXPECT_TRUE(finish(reader().fill()));
  EXPECT_EQ(reader().buffered(), "bcde");
}

TEST_F(ClientReaderTest, TheEndLeavesWhatIsBuffered) {
  ASSERT_TRUE(pair.far.send("abc"));
  EXPECT_TRUE(finish(reader().fill()));
  pair.far.finish();
  EXPECT_FALSE(finish(reader().fill()));
  EXPECT_TRUE(reader().ended());
  EXPECT_EQ(reader().buffered(), "abc");
  EXPECT_FALSE(finish(reader().fill()));
}

TEST_F(ClientReaderTest, AResetIsAnEnd) {
  pair.far.reset();
  EXPECT_FALSE(finish(reader().fill()));
  EXPECT_TRUE(reader().ended());
}

TEST_F(ClientReaderTest, ReadSomeTakesTheBufferedBytesFirst) {
  ASSERT_TRUE(pair.far.send("abcd"));
  EXPECT_TRUE(finish(reader().fill()));
  ASSERT_TRUE(pair.far.send("ef"));
  EXPECT_EQ(read(3), "abc");
  EXPECT_EQ(read(3), "d");
  EXPECT_EQ(read(1), "e");
  EXPECT_EQ(read(9), "f");
  pair.far.finish();
  EXPECT_EQ(read(9), "");
  EXPECT_TRUE(reader().ended());
  EXPECT_EQ(read(9), "");
}

TEST_F(ClientReaderTest, ReadSomeJoinsAReadThatIsOut) {
  watch();
  reader().unwatch();
  ASSERT_TRUE(pair.far.send("abc"));
  EXPECT_EQ(read(9), "abc");
}

TEST_F(ClientReaderTest, TheWatchSeesAFin) {
  watch();
  context.poll();
  EXPECT_EQ(gone, 0);
  pair.far.finish();
  EXPECT_TRUE(until([&] { return gone == 1; }));
  context.restart();
  context.poll();
  EXPECT_EQ(gone, 1);
}

TEST_F(ClientReaderTest, TheWatchSeesAReset) {
  watch();
  pair.far.reset();
  EXPECT_TRUE(until([&] { return gone == 1; }));
}

TEST_F(ClientReaderTest, PipelinedBytesAreTheNextRequest) {
  watch();
  ASSERT_TRUE(pair.far.send("GET /1"));
  EXPECT_TRUE(until([&] { return reader().buffered() == "GET /1"; }));
  ASSERT_TRUE(pair.far.send(" HTTP/1.1"));
  EXPECT_TRUE(until([&] { return reader().buffered() == "GET /1 HTTP/1.1"; }));
  reader().unwatch();
  ASSERT_TRUE(pair.far.send("\r\n"));
  EXPECT_TRUE(finish(reader().fill()));
  EXPECT_EQ(reader().buffered(), "GET /1 HTTP/1.1\r\n");
  EXPECT_EQ(gone, 0);
}

TEST_F(ClientReaderTest, NobodyIsToldWithoutAWatch) {
  watch();
  reader().unwatch();
  pair.far.finish();
  EXPECT_TRUE(until([&] { return reader().ended(); }));
  EXPECT_EQ(gone, 0);
}

TEST_F(ClientReaderTest, AWatchAfterTheEndIsToldLater) {
  pair.far.finish();
  EXPECT_FALSE(finish(reader().fill()));
  watch();
  EXPECT_EQ(gone, 0) << "not from inside watch()";
  EXPECT_TRUE(until([&] { return gone == 1; }));
}

TEST_F(ClientReaderTest, PollSeesAFinBehindPipelinedBytes) {
  watch();
  send_all(std::string(40 << 10, 'x'));
  pair.far.finish();
  // Reading ahead stops; the FIN stays unread behind the rest.
  EXPECT_TRUE(until([&] {
    reader().poll();
    return gone == 1;
  }));
  EXPECT_LT(reader().buffered().size(), std::size_t{40} << 10) << "memory must not follow the client's will";
  reader().poll();
  EXPECT_EQ(gone, 1);
}

TEST_F(ClientReaderTest, PollLeavesALiveClientAlone) {
  watch();
  send_all(std::string(40 << 10, 'x'));
  EXPECT_TRUE(until([&] { return reader().buffered().size() >= std::size_t{16} << 10; }));
  context.restart();
  context.poll();
  reader().poll();
  EXPECT_EQ(gone, 0);
  EXPECT_FALSE(reader().ended());
}

TEST_F(ClientReaderTest, LongHeadsFit) {
  const std::string text(kLongestHead, 'x');
  send_all(text);
  while (reader().buffered().size() < text.size()) ASSERT_TRUE(finish(reader().fill()));
  EXPECT_EQ(reader().buffered(), text);
}

TEST_F(ClientReaderTest, AReadThatIsOutHoldsTheOwner) {
  watch();
  const std::weak_ptr<Owner> seen = owner;
  owner.reset();
  EXPECT_FALSE(seen.expired());
  pair.far.finish();
  EXPECT_TRUE(until([&] { return seen.expired(); }));
  EXPECT_EQ(gone, 1);
}

}  // namespace
}  // namespace paddock::http
