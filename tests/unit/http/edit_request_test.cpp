// From a request to what it asks for and, edited, to what the upstream gets.
#include "edit_request.h"

#include <gtest/gtest.h>

#include <memory>

#include "asked_model.h"
#include "heads.h"

namespace paddock::http {
namespace {

using Place = AskedModel::Place;

// A request whose body was read as the data path reads it.
struct Sent {
  Sent(const std::string& line, const std::string& type, const std::string& text,
       std::uint64_t memory = 1 << 20)
      : reader(test::request(
            line + " HTTP/1.1\r\nHost: x\r\n" + (type.empty() ? "" : "Content-Type: " + type + "\r\n") +
            (text.empty() ? "" : "Content-Length: " + std::to_string(text.size()) + "\r\n") + "\r\n")),
        body({1 << 20, "", memory}) {
    form = body_form(head());
    std::optional<MultipartScanner> scanner;
    if (form == BodyForm::kMultipart) scanner.emplace(multipart_boundary(type).value_or("none"));
    body.on_bytes([&](std::string_view bytes) { return !scanner || scanner->feed(bytes); });
    EXPECT_TRUE(budget.try_take(body.hold(), std::min<std::uint64_t>(text.size(), memory), 1 << 20));
    for (std::size_t at = 0; at < text.size();) {
      const std::span<char> room = body.room(text.size() - at);
      text.copy(room.data(), room.size(), at);
      at += room.size();
      EXPECT_TRUE(body.commit(room.size()));
    }
    body.on_bytes(nullptr);
    if (scanner) {
      EXPECT_TRUE(scanner->finish()) << scanner->problem();
    }
    if (form == BodyForm::kNone) asked = asked_without_body(head());
    if (form == BodyForm::kText) asked = asked_in_text(head(), body.view(), peeker);
    if (form == BodyForm::kRaw) asked = asked_in_query(head().target());
    if (scanner) asked = asked_in_multipart(head(), *scanner);
  }

  const RequestHead& head() const { return reader->head(); }
  EditedRequest edit(const RequestEdit& edit) {
    return edit_request(asked, head().target(), body, peeker, edit);
  }

  BodyBudget budget;
  std::unique_ptr<RequestHeadReader> reader;
  BodyPeeker peeker;
  RequestBody body;
  BodyForm form;
  AskedModel asked;
};

std::string text_of(const EditedRequest& edited) {
  std::string out;
  for (const BodyPiece& piece : edited.body()) {
    std::string part(static_cast<std::size_t>(piece.size), '?');
    if (piece.bytes != nullptr)
      part.assign(piece.bytes, part.size());
    else
      EXPECT_EQ(piece.file->read(piece.offset, part.data(), part.size()), part.size());
    out += part;
  }
  EXPECT_EQ(out.size(), edited.body_size());
  return out;
}

constexpr const char* kChat = "POST /v1/chat/completions";
constexpr const char* kJson = "application/json; charset=utf-8";
constexpr const char* kForm = "application/x-www-form-urlencoded";
constexpr const char* kMultipart = "multipart/form-data; boundary=B";
const std::string kFileFirst =
    "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" + std::string(9000, 'f') +
    "\r\n--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper\r\n--B--\r\n";

TEST(AskedModel, InJson) {
  for (const char* type : {kJson, "APPLICATION/JSON", "", "text/plain", "application/octet-stream", kForm}) {
    const Sent sent(kChat, type, R"({"stream":true,"model":"a"})");
    EXPECT_EQ(sent.asked.problem, "") << type;
    EXPECT_EQ(sent.asked.model, "a");
    EXPECT_EQ(sent.asked.place, Place::kJson);
    EXPECT_TRUE(sent.asked.stream);
    EXPECT_TRUE(sent.asked.json);
  }
}

TEST(AskedModel, StreamIsReadAsLlamaSwapReadsIt) {
  for (const char* yes : {"true", "\"true\"", "\"1\"", "1", "2.5"})
    EXPECT_TRUE(Sent(kChat, kJson, std::string("{\"model\":\"a\",\"stream\": ") + yes + " }").asked.stream)
        << yes;
  for (const char* no : {"false", "null", "\"no\"", "0", "[]", "{}"})
    EXPECT_FALSE(Sent(kChat, kJson, std::string("{\"model\":\"a\",\"stream\": ") + no + " }").asked.stream)
        << no;
}

TEST(AskedModel, InAMultipartForm) {
  const Sent sent("POST /v1/audio/transcriptions", kMultipart, kFileFirst);
  EXPECT_EQ(sent.asked.model, "whisper");
  EXPECT_EQ(sent.asked.place, Place::kMultipart);
}

TEST(AskedModel, InAUrlencodedForm) {
  const Sent sent("POST /x", kForm, "a=b&mod%65l=org%2Fm+1&stream=true&c");
  EXPECT_EQ(sent.asked.model, "org/m 1");
  EXPECT_EQ(sent.asked.place, Place::kForm);
  EXPECT_TRUE(sent.asked.stream);
}

TEST(AskedModel, InTheQuery) {
  EXPECT_EQ(Sent("GET /props?a=1&model=x%3Ay", "", "").asked.model, "x:y");
  EXPECT_EQ(Sent("POST /x?model=x", "", "").asked.model, "x");
  EXPECT_EQ(Sent("POST /x?model=x", kForm, "a=b").asked.model, "x");
  EXPECT_EQ(Sent("POST /x?model=x", kMultipart, "--B--").asked.model, "x");
  EXPECT_EQ(Sent("POST /x?model=x", kJson, "{}").asked.model, "x");
  EXPECT_EQ(Sent("POST /x?model=x", "text/plain", "words").asked.model, "x");
  const Sent audio("POST /x?model=x", "audio/wav", "RIFF");
  EXPECT_EQ(audio.form, BodyForm::kRaw);
  EXPECT_EQ(audio.asked.model, "x");
}

TEST(AskedModel, TheBodyCountsBeforeTheQuery) {
  EXPECT_EQ(Sent("POST /x?model=q", kJson, R"({"model":"b"})").asked.model, "b");
  EXPECT_EQ(Sent("POST /x?model=q", kForm, "model=b").asked.model, "b");
}

TEST(AskedModel, ARepeatedModelIsRefused) {
  EXPECT_TRUE(Sent("GET /props?model=a&model=a", "", "").asked.malformed);
  EXPECT_TRUE(Sent("POST /x", kForm, "model=a&mode%6c=b").asked.malformed);
  EXPECT_TRUE(Sent("POST /x", kJson, R"({"model":"a","model":"a"})").asked.malformed);
}

TEST(AskedModel, WithoutAModelTheSentenceFitsTheRequest) {
  const auto problem = [](const std::string& line, const std::string& type, const std::string& text) {
    const Sent sent(line, type, text);
    EXPECT_EQ(sent.asked.model, "");
    return (sent.asked.malformed ? "malformed: " : "") + sent.asked.problem.substr(0, 27);
  };
  EXPECT_EQ(problem("GET /props", "", ""), "the query has no `model`; n");
  EXPECT_EQ(problem("GET /props?model=", "", ""), "the query has no `model`; n");
  EXPECT_EQ(problem(kChat, "", ""), "malformed: the body is empty; it must ");
  EXPECT_EQ(problem(kChat, kJson, "{}"), "the body has no `model`; na");
  EXPECT_EQ(problem(kChat, kJson, "[]"), "malformed: the body must be a JSON obj");
  EXPECT_EQ(problem("POST /x?model=q", kJson, "[]"), "malformed: the body must be a JSON obj");
  EXPECT_EQ(problem(kChat, kForm, "a=b"), "the form has no `model`; na");
  EXPECT_EQ(problem(kChat, kMultipart, "--B--"), "the form has no field `mode");
}

TEST(EditRequest, WithoutChangesTheBodyIsTheSameBytes) {
  Sent sent(kChat, kJson, R"( {"model" : "a"} )");
  const EditedRequest edited = sent.edit({});
  EXPECT_EQ(text_of(edited), R"( {"model" : "a"} )");
  EXPECT_EQ(edited.body().size(), 1u);
  EXPECT_EQ(edited.body()[0].bytes, sent.body.view().data());
  EXPECT_EQ(edited.target(), "/v1/chat/completions");
}

TEST(EditRequest, TheNameIsReplacedWhereItStands) {
  Sent json(kChat, kJson, R"({"a":1,"model" : "a","z":2})");
  EXPECT_EQ(text_of(json.edit({"b\"c", nullptr, {}})), R"({"a":1,"model" : "b\"c","z":2})");
  Sent form("POST /x", kForm, "a=%41&model=org%2fm&c=+");
  EXPECT_EQ(text_of(form.edit({"x y&z", nullptr, {}})), "a=%41&model=x%20y%26z&c=+");
  Sent query("GET /props?a=%41&model=m&c=+#", "", "");
  EXPECT_EQ(query.edit({"x y&z", nullptr, {}}).target(), "/props?a=%41&model=x%20y%26z&c=+#");
  Sent raw("POST /x?model=m", "audio/wav", "RIFF");
  const EditedRequest edited = raw.edit({"n", nullptr, {}});
  EXPECT_EQ(edited.target(), "/x?model=n");
  EXPECT_EQ(text_of(edited), "RIFF");
}

TEST(EditRequest, AFormInAFileIsEditedThere) {
  std::string expected = kFileFirst;
  expected.replace(expected.find("whisper"), 7, "large-v3");
  for (const std::uint64_t memory :
       {1u << 20, 4096u, 100u, 1u, static_cast<unsigned>(kFileFirst.size() - 20)}) {
    Sent sent("POST /x", kMultipart, kFileFirst, memory);
    EXPECT_EQ(sent.body.in_memory(), memory >= kFileFirst.size()) << memory;
    EXPECT_EQ(text_of(sent.edit({"large-v3", nullptr, {}})), expected) << memory;
    EXPECT_EQ(text_of(sent.edit({})), kFileFirst) << memory;
  }
}

config::Filters filters() {
  config::Filters out;
  out.strip_params = {"temperature", "top_p"};
  out.set_params = {{"a", "1"}, {"kwargs.think", "false"}, {"top_p", "0.5"}};
  out.set_params_by_id = {{"m:think", {{"kwargs.think", "true"}}}, {"other", {{"a", "9"}}}};
  return out;
}

TEST(EditRequest, FiltersInTheirOrder) {
  const config::Filters rules = filters();
  Sent sent(kChat, kJson, R"({"temperature":1,"model":"m:think","top_p":1,"a":[],"z":{"top_p":1}})");
  EXPECT_EQ(text_of(sent.edit({"up", &rules, "m"})),
            R"({"model":"up","top_p":0.5,"a":1,"z":{"top_p":1},"kwargs":{"think":false}})");
  EXPECT_EQ(text_of(sent.edit({"up", &rules, "m:think"})),
            R"({"model":"up","top_p":0.5,"a":1,"z":{"top_p":1},"kwargs":{"think":true}})");
  EXPECT_EQ(text_of(sent.edit({{}, &rules, "other"})),
            R"({"model":"m:think","top_p":0.5,"a":9,"z":{"top_p":1},"kwargs":{"think":false}})");
}

TEST(EditRequest, FiltersAreForJsonOnly) {
  const config::Filters rules = filters();
  Sent form("POST /x", kForm, "model=m&temperature=1");
  EXPECT_EQ(text_of(form.edit({"n", &rules, "m"})), "model=n&temperature=1");
  Sent multipart("POST /x", kMultipart, kFileFirst);
  EXPECT_EQ(text_of(multipart.edit({{}, &rules, "whisper"})), kFileFirst);
  Sent query("POST /x?model=m", kJson, R"({"temperature":1,"a":0,"kwargs":{"think":1},"top_p":1})");
  const EditedRequest edited = query.edit({"n", &rules, "m"});
  EXPECT_EQ(text_of(edited), R"({"a":1,"kwargs":{"think":false},"top_p":0.5})");
  EXPECT_EQ(edited.target(), "/x?model=n");
}

TEST(EditRequest, AFilterThatCannotBeAppliedIsToldInASentence) {
  const config::Filters rules = filters();
  Sent sent(kChat, kJson, R"({"model":"m","kwargs":"none"})");
  EXPECT_EQ(sent.edit({{}, &rules, "m"}).problem(),
            "`kwargs` in the body must be an object: this model has parameters in it");
}

TEST(PercentEncode, LeavesWhatNeedsNone) {
  EXPECT_EQ(percent_encode("aZ09-._~/ \xc3\xa9"), "aZ09-._~%2F%20%C3%A9");
}

}  // namespace
}  // namespace paddock::http
