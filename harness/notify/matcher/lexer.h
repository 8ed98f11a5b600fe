// The pieces of a matcher in Alertmanager's UTF-8 syntax (matcher/parse/lexer.go). Internal to the folder.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "model/matcher.h"

namespace firedrill::notify {

// What stands in no unquoted name or value: white space and {}!=~,\"'`
bool is_reserved(char32_t rune);
// Go's unicode.IsSpace.
bool is_space(char32_t rune);

struct MatcherToken {
  enum class Kind { end, open_brace, close_brace, comma, op, quoted, unquoted };
  Kind kind = Kind::end;
  std::string_view text;
  std::size_t offset = 0;  // in bytes
  model::MatchOp op = model::MatchOp::equal;
};

struct MatcherSyntaxError {
  std::size_t offset = 0;  // in bytes, into the text
  std::string what;
};

class MatcherLexer {
 public:
  explicit MatcherLexer(std::string_view text) : text_(text) {}

  std::expected<MatcherToken, MatcherSyntaxError> next();

 private:
  std::expected<MatcherToken, MatcherSyntaxError> op();
  std::expected<MatcherToken, MatcherSyntaxError> quoted();
  MatcherToken unquoted();
  MatcherToken take(MatcherToken::Kind kind, std::size_t length);

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace firedrill::notify
