// Which model a request asks for, and where it says so.
//
// JSON bodies (by their Content-Type, or because they are an object), multipart forms, urlencoded forms, and
// the query `?model=` of requests whose body says nothing. Where a name is given twice the request is
// refused: two readers could pick different ones. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "body_peek.h"
#include "multipart.h"
#include "request_head.h"

namespace paddock::http {

// How a body is to be read.
enum class BodyForm {
  kNone,       // there is none
  kText,       // into memory: JSON, a urlencoded form, or something that has to be looked at
  kMultipart,  // as it comes, with a MultipartScanner
  kRaw,        // as it comes; the query names the model
};

BodyForm body_form(const RequestHead& head);

struct AskedModel {
  enum class Place { kNone, kJson, kMultipart, kForm, kQuery };

  std::string problem;     // a sentence; empty: none
  bool malformed = false;  // with a problem: the request is broken, not just without a model
  Place place = Place::kNone;
  std::string model;     // decoded
  std::uint64_t at = 0;  // the value as sent, quotes included: in the target for kQuery, else in the body
  std::uint64_t size = 0;
  bool stream = false;  // the client wants its answer as a stream
  bool json = false;    // the body is a JSON object
};

AskedModel asked_without_body(const RequestHead& head);
// `body` has kBodyPadding readable bytes behind it.
AskedModel asked_in_text(const RequestHead& head, std::string_view body, BodyPeeker& peeker);
// A scanner that has finished well.
AskedModel asked_in_multipart(const RequestHead& head, const MultipartScanner& scanner);
AskedModel asked_in_query(std::string_view target);

// All bytes but letters, digits and -._~ as %XX.
std::string percent_encode(std::string_view text);

}  // namespace paddock::http
