// MultipartScanner finds the fields `model` and `stream` of a multipart/form-data body while it passes by,
// piece by piece, and notes where the model's value stands. Files are not looked at and nothing is kept.
//
// Strict where two readers could disagree: a second `model`, a boundary line with something behind it, a
// header of a part that is folded or longer than 8 KiB, a value of these fields longer than 4 KiB, and a body
// without its last boundary are refused. What stands before the first and behind the last boundary is not
// looked at. Pieces may be cut anywhere. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paddock::http {

// The boundary of `Content-Type: multipart/form-data; boundary=...`; nothing if there is none of 1 to 70
// bytes.
std::optional<std::string> multipart_boundary(std::string_view content_type);

class MultipartScanner {
 public:
  explicit MultipartScanner(std::string_view boundary);

  // Takes the next piece. False if the body is malformed: problem() says how.
  bool feed(std::string_view piece);
  // The body is over. False if it is incomplete.
  bool finish();

  const std::string& problem() const { return problem_; }
  // Meaningful after finish(). The model is empty if no part has that name.
  const std::string& model() const { return model_; }
  std::uint64_t model_at() const { return model_at_; }
  std::uint64_t model_size() const { return model_.size(); }
  bool stream() const { return stream_; }

 private:
  enum class Step { kData, kBehindDash, kLineEnd, kLastDash, kHeader, kEpilogue, kBad };
  enum class Field { kNone, kModel, kStream };

  std::size_t take_data(std::string_view piece);
  void take(char c);
  void begin_part();
  void end_header_line();
  void end_part();
  void keep(std::string_view bytes);
  void fail(std::string problem);

  const std::string delimiter_;  // with the CRLF in front
  std::size_t matched_ = 2;      // bytes of it
  std::size_t assumed_ = 2;      // of these: a line end that stands before what is looked at
  Step step_ = Step::kData;
  Field field_ = Field::kNone;
  bool named_ = false;  // this part has told its name
  bool model_seen_ = false;
  bool stream_ = false;
  std::uint64_t at_ = 0;  // of the next byte in the body
  std::size_t header_bytes_ = 0;
  std::string line_;   // of the header
  std::string value_;  // of the field
  std::string model_;
  std::uint64_t value_at_ = 0, model_at_ = 0;
  std::string problem_;
};

}  // namespace paddock::http
