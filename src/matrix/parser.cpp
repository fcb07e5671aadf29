#include "parser.h"

#include <optional>
#include <string>
#include <utility>

#include "paddock/base/text.h"

namespace paddock::matrix {

namespace {

using Kind = Token::Kind;

// Offsets are 32 bits wide.
constexpr std::size_t kMaxText = std::size_t{1} << 30;

const char* sign_of(const Token& token) {
  switch (token.kind) {
    case Kind::kAnd:
      return "'&'";
    case Kind::kOr:
      return "'|'";
    case Kind::kOpen:
      return "'('";
    case Kind::kClose:
      return "')'";
    default:
      return "";
  }
}

bool is_operator(const Token& token) { return token.kind == Kind::kAnd || token.kind == Kind::kOr; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Syntax, SyntaxError> run() {
    if (text_.size() > kMaxText) return SyntaxError{0, "an expression longer than 1 GiB", ""};
    advance();
    any(0);
    if (!error_ && token_.kind != Kind::kEnd) stray();
    if (error_) return std::move(*error_);
    return std::move(syntax_);
  }

 private:
  using Node = Expression::Node;
  using Operands = std::vector<std::uint32_t>;

  void fail(std::size_t offset, std::string message, std::string hint = {}) {
    if (!error_) error_ = SyntaxError{offset, std::move(message), std::move(hint)};
  }

  void advance() {
    last_ = token_;
    Result<Token, SyntaxError> next = next_token(text_, token_.end);
    if (next.has_value()) {
      token_ = *next;
    } else if (!error_) {
      error_ = std::move(next).error();
    }
  }

  std::uint32_t add(const Node& node) {
    syntax_.nodes.push_back(node);
    return static_cast<std::uint32_t>(syntax_.nodes.size() - 1);
  }

  std::uint32_t join(Expression::Kind kind, const Operands& operands) {
    if (operands.size() == 1) return operands.front();
    const auto first = static_cast<std::uint32_t>(syntax_.operands.size());
    syntax_.operands.insert(syntax_.operands.end(), operands.begin(), operands.end());
    return add(
        {kind, syntax_.nodes[operands.front()].offset, first, static_cast<std::uint32_t>(operands.size())});
  }

  // What these three return means nothing once there is an error.
  std::uint32_t any(int depth) {
    Operands operands{all(depth)};
    while (!error_ && token_.kind == Kind::kOr) {
      advance();
      operands.push_back(all(depth));
    }
    return error_ ? 0 : join(Expression::Kind::kAny, operands);
  }

  std::uint32_t all(int depth) {
    Operands operands{atom(depth)};
    while (!error_ && token_.kind == Kind::kAnd) {
      advance();
      operands.push_back(atom(depth));
    }
    return error_ ? 0 : join(Expression::Kind::kAll, operands);
  }

  std::uint32_t atom(int depth) {
    if (error_) return 0;
    if (token_.kind == Kind::kOpen) return brackets(depth);
    if (token_.kind != Kind::kName && token_.kind != Kind::kSet) {
      missing();
      return 0;
    }
    const auto kind = token_.kind == Kind::kName ? Expression::Kind::kModel : Expression::Kind::kSet;
    syntax_.names.push_back(token_.name);
    const auto name = static_cast<std::uint32_t>(syntax_.names.size() - 1);
    const auto offset = static_cast<std::uint32_t>(token_.offset);
    advance();
    return add({kind, offset, name, 0});
  }

  std::uint32_t brackets(int depth) {
    const std::size_t opened = token_.offset;
    if (depth == kMaxDepth) {
      fail(opened, "brackets more than " + std::to_string(kMaxDepth) + " deep",
           "give parts of it to sets of their own");
      return 0;
    }
    advance();
    if (!error_ && token_.kind == Kind::kEnd) fail(opened, "'(' without ')'");
    const std::uint32_t inner = any(depth + 1);
    if (error_) return 0;
    if (token_.kind == Kind::kClose) {
      advance();
    } else if (token_.kind == Kind::kEnd) {
      fail(opened, "'(' without ')'");
    } else {
      stray();
    }
    return inner;
  }

  // An operand should stand here.
  void missing() {
    const std::string here = sign_of(token_);
    if (is_operator(token_)) {
      const bool twice = last_.kind == token_.kind && last_.end == token_.offset;
      return fail(token_.offset, "nothing before " + here, twice ? "write one " + here : "");
    }
    if (is_operator(last_)) return fail(last_.offset, std::string("nothing after ") + sign_of(last_));
    if (last_.kind == Kind::kOpen) return fail(last_.offset, "nothing between '(' and ')'");
    if (token_.kind == Kind::kClose) return fail(token_.offset, "')' without '('");
    fail(0, "no expression", "write names of models with '&' and '|' between them");
  }

  // The expression was complete before this.
  void stray() {
    if (token_.kind == Kind::kClose) return fail(token_.offset, "')' without '('");
    const std::string_view written = text_.substr(token_.offset, token_.end - token_.offset);
    std::string hint = "write '&' between models that run together, '|' between alternatives";
    if (iequals(written, "and")) hint = "write '&' for 'and'";
    if (iequals(written, "or")) hint = "write '|' for 'or'";
    fail(token_.offset, shown(written) + " without '&' or '|' before it", std::move(hint));
  }

  std::string_view text_;
  Token last_;  // before token_; kEnd at the start
  Token token_;
  Syntax syntax_;
  std::optional<SyntaxError> error_;
};

}  // namespace

Result<Syntax, SyntaxError> parse(std::string_view text) { return Parser(text).run(); }

}  // namespace paddock::matrix
