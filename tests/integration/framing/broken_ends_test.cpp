// The death of an upstream in the middle of an answer is never a clean end for the client.
#include "tests/integration/scenario.h"

namespace paddock::test {
namespace {

struct Break {
  const char* name;
  const char* script;
};

std::ostream& operator<<(std::ostream& out, const Break& b) { return out << b.name; }

class BrokenEnds : public ::testing::TestWithParam<Break> {};

TEST(BrokenFraming, NonsenseInTheFirstBytes) {
  TestDaemon daemon(two_models());
  const Json script = {{"raw", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcXX0\r\n\r\n"},
                       {"close_after", true}};
  const Response response = chat(daemon.port(), "a", script);
  EXPECT_TRUE(response.status() == 502 || response.body.end == End::kEof || response.body.end == End::kReset);
}

TEST_P(BrokenEnds, NeverClean) {
  TestDaemon daemon(two_models());
  const Response response = chat(daemon.port(), "a", Json::parse(GetParam().script));
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.body.bytes.substr(0, 3), "abc") << "what came before the break is delivered";
  EXPECT_TRUE(response.body.end == End::kEof || response.body.end == End::kReset) << response.body.end;
  // Where the process died it may take a moment until that is known.
  EXPECT_TRUE(eventually([&] { return chat(daemon.port(), "a").status() == 200; }));
}

const Break kBreaks[] = {
    {"ShortLength", R"({"pieces":["abc"],"declared_length":10,"close_after":true})"},
    {"ShortLengthReset",
     R"({"pieces":["abc","d"],"piece_delay_ms":30,"declared_length":10,"rst_after_pieces":2})"},
    {"ChunkedReset", R"({"mode":"chunked","pieces":["abc","def"],"piece_delay_ms":30,"rst_after_pieces":2})"},
    {"ChunkedClose", R"({"mode":"chunked","pieces":["abc","def"],"close_after_pieces":2})"},
    {"HalfChunk", R"({"mode":"chunked","pieces":["abc"],"half_chunk":true})"},
    {"CloseDelimitedReset",
     R"({"mode":"close","pieces":["abc","def"],"piece_delay_ms":30,"rst_after_pieces":2})"},
    {"ProcessDies", R"({"mode":"chunked","pieces":["abc","def"],"piece_delay_ms":30,"exit_after_pieces":2})"},
    {"NonsenseChunk",
     R"({"mode":"raw","pieces":["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n","zz\r\n"],
         "piece_delay_ms":30,"close_after":true})"},
    {"ChunkWithoutItsEnd",
     R"({"mode":"raw","pieces":["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc","XX0\r\n\r\n"],
         "piece_delay_ms":30,"close_after":true})"},
};

INSTANTIATE_TEST_SUITE_P(Framing, BrokenEnds, ::testing::ValuesIn(kBreaks),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace paddock::test
