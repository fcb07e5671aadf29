// However a connection's bytes are cut into pieces, the requests on it are the same: heads, bodies and what
// belongs to whom.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "chunk_scanner.h"
#include "request_head.h"

namespace paddock::http {
namespace {

// Reads requests as a session does, from a buffer that grows by what comes.
class Stream {
 public:
  void feed(std::string_view piece) {
    buffer_.append(piece);
    while (advance()) {
    }
  }
  // All requests so far, and what is left over.
  std::string seen() const { return seen_ + "|" + buffer_; }

 private:
  bool advance() {
    if (chunks_) return take_chunks();
    if (left_ > 0) return take_length();
    return take_head();
  }

  bool take_head() {
    if (buffer_.empty() || broken_) return false;
    const auto outcome = reader_->parse(buffer_);
    if (outcome == RequestHeadReader::Outcome::kNeedMore) return false;
    broken_ = outcome == RequestHeadReader::Outcome::kBad;
    if (broken_) return seen_ += "refused " + std::to_string(reader_->error().status), false;
    const RequestHead& head = reader_->head();
    seen_.append(head.method()).append(" ").append(head.target()).append("\n");
    for (const auto& field : head.fields())
      seen_.append(view(field.name_string())).append("=").append(view(field.value())).append("\n");
    left_ = head.content_length();
    if (head.chunked()) chunks_ = std::make_unique<ChunkScanner>();
    buffer_.erase(0, reader_->consumed());
    reader_ = std::make_unique<RequestHeadReader>(std::size_t{4096});
    return true;
  }

  bool take_length() {
    const std::size_t take = std::min<std::size_t>(left_, buffer_.size());
    seen_.append(buffer_, 0, take);
    buffer_.erase(0, take);
    left_ -= take;
    return take > 0;
  }

  bool take_chunks() {
    std::vector<std::string_view> payload;
    const std::size_t used = chunks_->feed(buffer_, &payload);
    for (const std::string_view run : payload) seen_.append(run);
    if (chunks_->state() == ChunkScanner::State::kBad) seen_ += "broken";
    const bool over = chunks_->state() != ChunkScanner::State::kMore;
    if (over) chunks_.reset();
    buffer_.erase(0, used);
    return over;
  }

  std::string buffer_, seen_;
  std::unique_ptr<RequestHeadReader> reader_ = std::make_unique<RequestHeadReader>(std::size_t{4096});
  std::unique_ptr<ChunkScanner> chunks_;
  std::uint64_t left_ = 0;
  bool broken_ = false;
};

std::string whole(std::string_view text) {
  Stream stream;
  stream.feed(text);
  return stream.seen();
}

std::string in_two(std::string_view text, std::size_t cut) {
  Stream stream;
  stream.feed(text.substr(0, cut));
  stream.feed(text.substr(cut));
  return stream.seen();
}

std::string byte_by_byte(std::string_view text) {
  Stream stream;
  for (std::size_t i = 0; i < text.size(); ++i) stream.feed(text.substr(i, 1));
  return stream.seen();
}

const std::string kJson =
    "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 27\r\nX-A:\t b \r\n\r\n"
    "{\"model\":\"a\",\"x\":\"\\r\\n\r\n\"}";
const std::string kChunked =
    "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    "6;a=b\r\n{\"mode\r\n1 \r\nl\r\n7\r\n\":\"a\"}\n\r\n0\r\nX-Sum: 1\r\n\r\n";
const std::string kGet = "\r\nGET http://b/x?y HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kFolded = "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n";

class Cut : public testing::TestWithParam<std::string> {};

TEST_P(Cut, AnywhereGivesTheSame) {
  const std::string& text = GetParam();
  const std::string expected = whole(text);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) EXPECT_EQ(in_two(text, cut), expected) << "at " << cut;
}

TEST_P(Cut, EverywhereGivesTheSame) { EXPECT_EQ(byte_by_byte(GetParam()), whole(GetParam())); }

INSTANTIATE_TEST_SUITE_P(Requests, Cut,
                         testing::Values(kJson, kChunked, kGet, kJson + kChunked, kChunked + kGet + kJson,
                                         kGet + kGet + kGet));

// What is left over depends on when it was noticed; that it is refused, and what came before, does not.
TEST(CutRefusal, IsTheSameEverywhere) {
  const std::string text = kJson + kFolded;
  const std::string expected = whole(text).substr(0, whole(text).find('|'));
  EXPECT_NE(expected.find("refused 400"), std::string::npos);
  for (std::size_t cut = 0; cut <= text.size(); ++cut)
    EXPECT_EQ(in_two(text, cut).substr(0, expected.size()), expected) << "at " << cut;
}

TEST(CutRequests, AreSeenAtAll) {
  EXPECT_EQ(whole(kGet), "GET /x?y\nHost=b\n|");
  EXPECT_EQ(whole(kChunked),
            "POST /v1/chat/completions\nHost=a\nTransfer-Encoding=chunked\n{\"model\":\"a\"}\n|");
  EXPECT_EQ(whole(kJson).substr(whole(kJson).find('{')), "{\"model\":\"a\",\"x\":\"\\r\\n\r\n\"}|");
}

}  // namespace
}  // namespace paddock::http
