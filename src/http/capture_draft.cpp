#include "capture_draft.h"

#include <utility>

namespace paddock::http {

namespace {

// Empty if it could not be read back.
std::string joined(const BodyPieces& pieces) {
  std::string out;
  for (const BodyPiece& piece : pieces) {
    const std::size_t at = out.size();
    if (piece.file == nullptr) {
      out.append(piece.bytes, static_cast<std::size_t>(piece.size));
      continue;
    }
    out.resize(at + static_cast<std::size_t>(piece.size));
    for (std::uint64_t done = 0; done < piece.size;) {
      const std::size_t got = piece.file->read(piece.offset + done, out.data() + at + done,
                                               static_cast<std::size_t>(piece.size - done));
      if (got == 0) return {};
      done += got;
    }
  }
  return out;
}

}  // namespace

CaptureDraft::CaptureDraft(Captures& captures, const ExchangeRequest& request, std::uint64_t id,
                           const ModelId& model)
    : captures_(captures), parts_(capture_parts(request.head.path())) {
  capture_.id = id;
  capture_.model = model.str();
  capture_.method = request.head.method();
  capture_.path = request.head.path();
  capture_.request_headers = capture_headers(request.head.fields());
  if (parts_.request_body && request.body_in_memory && request.body_size <= captures.limit())
    capture_.request_body = joined(request.body);
}

CaptureDraft::~CaptureDraft() { captures_.add(std::move(capture_)); }

AnswerTap& CaptureDraft::new_tap() { return tap_.emplace(parts_.answer_body ? captures_.limit() : 0); }

void CaptureDraft::end(const ExchangeResult& result) {
  capture_.status = result.status;
  if (result.status == 0) return;
  capture_.answer_headers = tap_->take_headers();
  if (parts_.answer_body && result.end == ExchangeResult::End::kDone && tap_->whole())
    capture_.answer_body = tap_->take_body();
}

}  // namespace paddock::http
