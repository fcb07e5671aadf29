// The shapes of answers that behaviour section 8 and docs/metrics.md name, cut in every place; and hostile
// ones.
#include "paddock/metrics/usage_scanner.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "deflated.h"

namespace paddock::metrics {

inline void PrintTo(const Usage& usage, std::ostream* out) {
  *out << "in " << usage.input << " out " << usage.output << " cached " << usage.cached << " draft "
       << usage.draft << "/" << usage.draft_accepted << " rates " << usage.prompt_rate << " "
       << usage.generation_rate << " " << usage.engine_ms << " ms";
}

namespace {

using Form = UsageScanner::Form;
using Result = UsageScanner::Result;

Result scan(std::string_view text, Form form, Coding coding = Coding::kPlain, std::size_t piece = 1 << 20) {
  UsageScanner scanner(form, coding);
  for (std::size_t at = 0; at < text.size(); at += piece) scanner.feed(text.substr(at, piece));
  return scanner.end();
}

// The same for every cut in two, and byte by byte.
Result scan_cut(const std::string& text, Form form, Coding coding = Coding::kPlain) {
  const Result whole = scan(text, form, coding);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    UsageScanner scanner(form, coding);
    scanner.feed(std::string_view(text).substr(0, cut));
    scanner.feed(std::string_view(text).substr(cut));
    const Result two = scanner.end();
    EXPECT_EQ(two.usage, whole.usage) << "cut at " << cut;
    EXPECT_EQ(two.error, whole.error) << "cut at " << cut;
  }
  const Result bytes = scan(text, form, coding, 1);
  EXPECT_EQ(bytes.usage, whole.usage);
  EXPECT_EQ(bytes.error, whole.error);
  return whole;
}

Usage usage(std::int64_t input, std::int64_t output, std::int64_t cached = -1) {
  return {input, output, cached, -1, -1, -1, -1, 0};
}

struct Case {
  const char* name;
  Form form;
  std::string body;
  Usage expected;
};

std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.name; }

class UsageShapes : public testing::TestWithParam<Case> {};

TEST_P(UsageShapes, AreReadAtEveryCut) {
  EXPECT_EQ(scan_cut(GetParam().body, GetParam().form).usage, GetParam().expected);
}

TEST_P(UsageShapes, AreReadThroughGzip) {
  const Case& one = GetParam();
  EXPECT_EQ(scan_cut(deflated(one.body, Wrapper::kGzip), one.form, Coding::kGzip).usage, one.expected);
}

const char* const kTimings =
    R"("timings":{"cache_n":236,"prompt_n":1,"prompt_ms":30.958,"prompt_per_token_ms":30.9,"prompt_per_second":32.5,)"
    R"("predicted_n":35,"predicted_ms":661.064,"predicted_per_second":52.9,"draft_n":10,"draft_n_accepted":7})";
const Usage kLlama{1, 35, 236, 10, 7, 32.5, 52.9, 692};

std::vector<Case> shapes() {
  return {
      {"OpenAi", Form::kJson,
       R"({"choices":[{"message":{"content":"\"usage\":{\"prompt_tokens\":9}"}}],)"
       R"("usage":{"prompt_tokens":20,"completion_tokens":50,"prompt_tokens_details":{"cached_tokens":8}}})",
       usage(20, 50, 8)},
      {"Anthropic", Form::kJson,
       R"({"type":"message","usage":{"input_tokens":12,"cache_read_input_tokens":3,"output_tokens":4}})",
       usage(12, 4, 3)},
      {"Responses", Form::kJson,
       R"({"output":[],"usage":{"input_tokens":7,"input_tokens_details":{"cached_tokens":2},"output_tokens":5}})",
       usage(7, 5, 2)},
      {"LlamaServer", Form::kJson,
       std::string(R"({"usage":{"prompt_tokens":237,"completion_tokens":35},)") + kTimings + "}", kLlama},
      {"TimingsBeforeUsage", Form::kJson,
       std::string("{") + kTimings + R"(,"usage":{"prompt_tokens":237,"completion_tokens":35}})", kLlama},
      {"DraftNeedsBoth",
       Form::kJson,
       R"({"timings":{"prompt_n":4,"predicted_n":2,"draft_n":3}})",
       {4, 2, -1, -1, -1, 0, 0, 0}},
      {"Infill", Form::kInfill,
       std::string(R"([{"timings":{"prompt_n":9,"predicted_n":9}},{)") + kTimings + "}]", kLlama},
      {"InfillLastCounts", Form::kInfill, R"([{"timings":{"prompt_n":9,"predicted_n":9}},{"content":""}])",
       Usage()},
      {"Vllm",
       Form::kJson,
       R"({"usage":{"prompt_tokens":100,"completion_tokens":10,"prompt_tokens_details":{"cached_tokens":20}},)"
       R"("metrics":{"time_to_first_token_ms":400,"mean_itl_ms":25,)"
       R"("speculative_decoding":{"num_draft_tokens":6,"num_accepted_draft_tokens":5}}})",
       {100, 10, 20, 6, 5, 200, 40, 0}},
      {"EmptyMetricsClearNothing", Form::kJson,
       std::string("{") + kTimings + R"(,"metrics":{"speculative_decoding":{}}})", kLlama},
      {"Embeddings", Form::kJson,
       R"({"data":[{"embedding":[0.25,-1e-3]}],"usage":{"prompt_tokens":6,"total_tokens":6}})", usage(6, 0)},
      {"NoUsage", Form::kJson, R"({"object":"list","data":[{"usage":{"prompt_tokens":4}}]})", Usage()},
      {"Nothing", Form::kJson, "", Usage()},
      {"NoJson", Form::kJson, "<html>\"usage\":{\"prompt_tokens\":4}</html>", Usage()},
      {"Stump", Form::kJson, R"({"usage":{"prompt_tokens":4})", Usage()},
      {"TwoTexts", Form::kJson, R"({"usage":{"prompt_tokens":4}} x)", Usage()},
      {"OddValues", Form::kJson,
       R"({"usage":{"prompt_tokens":"5","completion_tokens":null,"output_tokens":[3],"input_tokens":1e400}})",
       usage(0, 0)},
      {"LargeValues", Form::kJson,
       R"({"usage":{"prompt_tokens":1e300,"completion_tokens":99999999999999999999999999999999999999999,"input_tokens":-4}})",
       usage(0, 0)},
      {"Escapes", Form::kJson, R"({"a\"usage":{"prompt_tokens":5},"\\":"\\","usage":{"prompt_tokens":6}})",
       usage(6, 0)},
      {"SecondOfOneName", Form::kJson,
       R"({"usage":{"prompt_tokens":5,"completion_tokens":3},"usage":{"prompt_tokens":6}})", usage(6, 0)},
      {"OpenAiStream", Form::kEvents,
       "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"usage\":null}\n\n"
       "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":50}}\r\n\r\ndata: "
       "[DONE]\n\n",
       usage(20, 50)},
      {"LlamaStream", Form::kEvents,
       std::string("data: {\"choices\":[{\"delta\":{}}]}\n\n: a comment\n\ndata: {") + kTimings +
           "}\n\ndata: [DONE]\n\n",
       kLlama},
      {"LastTimingsWin", Form::kEvents,
       std::string("data: {\"timings\":{\"prompt_n\":1,\"cache_n\":5}}\n\ndata: {") + kTimings + "}\n\n",
       kLlama},
      {"AnthropicStream", Form::kEvents,
       "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":25,"
       "\"cache_read_input_tokens\":0,\"output_tokens\":1}}}\n\n"
       "event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":15}}\n\n",
       usage(25, 15, 0)},
      {"ResponsesStream", Form::kEvents,
       "event: response.completed\ndata: {\"response\":{\"usage\":{\"input_tokens\":7,"
       "\"input_tokens_details\":{\"cached_tokens\":2},\"output_tokens\":5}}}\n\n",
       usage(7, 5, 2)},
      {"BadEventIsSkipped", Form::kEvents,
       "data: {\"usage\":{\"prompt_tokens\":1\n\ndata: {\"usage\":{\"prompt_tokens\":2}} {}\n\n"
       "data:{\"usage\":{\"prompt_tokens\":3}}\n\n",
       usage(3, 0)},
      {"LastLineWithoutEnd", Form::kEvents, "data: {\"usage\":{\"prompt_tokens\":3}}", usage(3, 0)},
      {"OtherLines", Form::kEvents,
       "datadata: {\"usage\":{\"prompt_tokens\":3}}\n{\"usage\":{\"prompt_tokens\":3}}\n", Usage()},
  };
}

INSTANTIATE_TEST_SUITE_P(Answers, UsageShapes, testing::ValuesIn(shapes()),
                         [](const auto& one) { return one.param.name; });

TEST(UsageScanner, CountsTokensWhileTheyCome) {
  const std::string token = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
  UsageScanner events(Form::kEvents, Coding::kPlain);
  EXPECT_EQ(events.tokens(), 0u);
  events.feed(token + ": a comment\n\nevent: x\n" + token + "data: {\"half");
  EXPECT_EQ(events.tokens(), 2u);
  events.feed("\":1}\n\ndata: no JSON\n\n");
  EXPECT_EQ(events.tokens(), 3u);
  // Several tokens in each event, and the server says so.
  events.feed("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":40}}\n\n");
  EXPECT_EQ(events.tokens(), 40u);
  UsageScanner whole(Form::kJson, Coding::kPlain);
  whole.feed(token);
  EXPECT_EQ(whole.tokens(), 0u);
}

TEST(UsageScanner, ReadsDeflateInBothWrappers) {
  const std::string body = R"({"usage":{"prompt_tokens":20,"completion_tokens":50}})";
  for (const Wrapper wrapper : {Wrapper::kZlib, Wrapper::kRaw})
    EXPECT_EQ(scan_cut(deflated(body, wrapper), Form::kJson, Coding::kDeflate).usage, usage(20, 50));
}

TEST(UsageScanner, ReadsGzipInSeveralMembers) {
  const std::string body =
      deflated("{\"usage\":{\"prompt", Wrapper::kGzip) + deflated("_tokens\":3}}", Wrapper::kGzip);
  EXPECT_EQ(scan_cut(body, Form::kJson, Coding::kGzip).usage, usage(3, 0));
}

TEST(UsageScanner, KnowsWhatItCannotRead) {
  EXPECT_EQ(scan("anything", Form::kJson, Coding::kOther).usage, kUnreadUsage);
  const Result broken = scan("no gzip at all", Form::kJson, Coding::kGzip);
  EXPECT_EQ(broken.usage, kUnreadUsage);
  EXPECT_EQ(broken.error, "the answer's coding is broken");
  std::string text = deflated(std::string(100000, 'x') + "\"", Wrapper::kGzip);
  text[text.size() / 2] ^= 0x55;
  EXPECT_EQ(scan_cut(text, Form::kEvents, Coding::kGzip).usage, kUnreadUsage);
}

TEST(UsageScanner, LooksAtABombUpToItsLimit) {
  const std::string bomb = deflated(std::string(kMostDecoded + 1, ' '), Wrapper::kGzip);
  EXPECT_LT(bomb.size(), 64u << 10);
  EXPECT_EQ(scan(bomb, Form::kJson, Coding::kGzip).usage, kUnreadUsage);
  EXPECT_EQ(scan(deflated(std::string(kMostDecoded, ' '), Wrapper::kGzip), Form::kJson, Coding::kGzip).usage,
            Usage());
}

// Though a few coded bytes become many, no call has much to do; and the answer's last word is read.
TEST(UsageScanner, DecodesALittleAtATime) {
  constexpr std::size_t kBlanks = 4 << 20;
  const std::string text = std::string(kBlanks, ' ') + R"({"usage":{"prompt_tokens":7}})";
  for (const Wrapper wrapper : {Wrapper::kGzip, Wrapper::kRaw}) {
    const std::string coded = deflated(text, wrapper);
    UsageScanner scanner(Form::kJson, wrapper == Wrapper::kGzip ? Coding::kGzip : Coding::kDeflate);
    scanner.feed(std::string_view(coded).substr(0, coded.size() / 2));
    scanner.feed(std::string_view(coded).substr(coded.size() / 2));
    std::size_t calls = 2;
    for (bool more = true; more; ++calls) more = scanner.work();
    EXPECT_GE(calls, kBlanks / (kDecodedAtOnce + 4096));
    EXPECT_LE(calls, kBlanks / kDecodedAtOnce + 4);
    EXPECT_FALSE(scanner.work());
    EXPECT_EQ(scanner.end().usage, usage(7, 0));
  }
}

TEST(UsageScanner, GivesUpWhatItIsFarBehindWith) {
  std::string coded;
  const std::string member = deflated(std::string(64 << 10, ' '), Wrapper::kGzip);
  while (coded.size() <= kMostWaiting + member.size() * 3) coded += member;
  UsageScanner scanner(Form::kJson, Coding::kGzip);
  scanner.feed(coded);
  EXPECT_FALSE(scanner.work());
  scanner.feed(member);
  EXPECT_EQ(scanner.end().usage, kUnreadUsage);
}

TEST(UsageScanner, NestingCostsNothing) {
  std::string deep(1 << 20, '[');
  EXPECT_EQ(scan(deep, Form::kJson).usage, Usage());
  std::string objects = R"({"a":)";
  for (int i = 0; i < 100000; ++i) objects += R"({"usage":)";
  objects += R"({"prompt_tokens":4})" + std::string(100000, '}') + R"(,"usage":{"prompt_tokens":6}})";
  EXPECT_EQ(scan(objects, Form::kJson).usage, usage(6, 0));
  EXPECT_EQ(scan(R"({"usage":]]]]}}}}"prompt_tokens":3)", Form::kJson).usage, Usage());
}

TEST(UsageScanner, TellsTheServersOwnWords) {
  EXPECT_EQ(scan_cut(R"({"error":{"code":400,"message":"too \"long\""}})", Form::kRefusal).error,
            "too \"long\"");
  EXPECT_EQ(scan(R"({"error":"plain"})", Form::kRefusal).error, "plain");
  EXPECT_EQ(scan(R"({"message":"m","detail":"d"})", Form::kRefusal).error, "m");
  EXPECT_EQ(scan(R"({"detail":"d","error":{"message":""}})", Form::kRefusal).error, "d");
  EXPECT_EQ(scan(deflated(R"({"detail":"d"})", Wrapper::kGzip), Form::kRefusal, Coding::kGzip).error, "d");
  EXPECT_EQ(scan("<html>", Form::kRefusal).error, "");
  EXPECT_EQ(scan(R"({"error":[{"message":"m"}]})", Form::kRefusal).error, "");
  EXPECT_EQ(scan("{\"error\":\"" + std::string(499, 'a') + "ää\"}", Form::kRefusal).error,
            std::string(499, 'a') + "...");
  EXPECT_EQ(scan("{\"error\":\"" + std::string(1 << 20, 'a') + "\"}", Form::kRefusal).error, "");
}

TEST(CodingOf, KnowsTheNamesOfCodings) {
  EXPECT_EQ(coding_of(""), Coding::kPlain);
  EXPECT_EQ(coding_of("identity"), Coding::kPlain);
  EXPECT_EQ(coding_of(" GZip "), Coding::kGzip);
  EXPECT_EQ(coding_of("deflate"), Coding::kDeflate);
  EXPECT_EQ(coding_of("gzip, br"), Coding::kOther);
  EXPECT_EQ(coding_of("br"), Coding::kOther);
}

}  // namespace
}  // namespace paddock::metrics
