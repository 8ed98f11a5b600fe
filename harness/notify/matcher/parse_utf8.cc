// The parser of UTF-8 matchers: names and values are quoted texts with Go's escapes, or have no reserved character.
#include "base/text/format.h"
#include "notify/matcher/parse.h"
#include "template/parse/literals.h"

namespace firedrill::notify {
namespace {

using Kind = MatcherToken::Kind;
using Error = MatcherSyntaxError;

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) {}

  std::expected<Matchers, Error> parse() {
    if (advance() && parse_all()) return std::move(matchers_);
    return std::unexpected(std::move(error_));
  }

 private:
  bool parse_all() {
    const bool braced = token_.kind == Kind::open_brace;
    if (braced && !advance()) return false;
    while (token_.kind != Kind::close_brace && token_.kind != Kind::end) {
      if (!parse_matcher()) return false;
      if (token_.kind == Kind::close_brace || token_.kind == Kind::end) break;
      if (token_.kind != Kind::comma) return fail("expected a comma or a closing brace");
      if (!advance()) return false;
      const bool fits = token_.kind == Kind::quoted || token_.kind == Kind::unquoted ||
                        token_.kind == Kind::close_brace || token_.kind == Kind::end;
      if (!fits) return fail("expected a matcher or a closing brace behind the comma");
    }
    if (braced && token_.kind != Kind::close_brace) return fail("expected a closing brace");
    if (!braced && token_.kind == Kind::close_brace) return fail("there is no opening brace for this");
    if (braced && !advance()) return false;
    return token_.kind == Kind::end || fail("expected nothing behind the closing brace");
  }

  bool parse_matcher() {
    std::string name;
    std::string value;
    if (!parse_text("the name of a label", name)) return false;
    if (token_.kind != Kind::op) return fail("expected =, !=, =~ or !~ behind the label's name");
    const MatchOp op = token_.op;
    if (!advance()) return false;
    const std::size_t at = token_.offset;
    if (!parse_text("a value", value)) return false;
    auto matcher = make_matcher(std::move(name), op, std::move(value));
    if (!matcher) {
      error_ = {at, std::move(matcher.error())};
      return false;
    }
    matchers_.push_back(std::move(*matcher));
    return true;
  }

  bool parse_text(std::string_view what, std::string& text) {
    if (token_.kind == Kind::unquoted) {
      text = token_.text;
      return advance();
    }
    if (token_.kind != Kind::quoted) return fail(format("expected {}", what));
    auto unquoted = templates::unquote(token_.text);
    if (!unquoted) return fail(format("{} has an escape that Go does not know", token_.text));
    text = std::move(*unquoted);
    return advance();
  }

  bool advance() {
    auto token = lexer_.next();
    if (!token) {
      error_ = std::move(token.error());
      return false;
    }
    token_ = *token;
    return true;
  }

  bool fail(std::string what) {
    error_ = {token_.offset, std::move(what)};
    return false;
  }

  MatcherLexer lexer_;
  MatcherToken token_;
  Error error_;
  Matchers matchers_;
};

}  // namespace

std::expected<Matchers, MatcherSyntaxError> parse_utf8_matchers(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace firedrill::notify
