#include "notify/matcher/lexer.h"

#include "base/text/format.h"
#include "template/format/unicode.h"

namespace firedrill::notify {

using Kind = MatcherToken::Kind;

bool is_space(char32_t rune) {
  switch (rune) {
    case U'\t':
    case U'\n':
    case U'\v':
    case U'\f':
    case U'\r':
    case U' ':
    case 0x85:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x3000:
      return true;
    default:
      return rune >= 0x2000 && rune <= 0x200A;
  }
}

bool is_reserved(char32_t rune) {
  constexpr std::u32string_view kReserved = U"{}!=~,\\\"'`";
  return is_space(rune) || kReserved.contains(rune);
}

MatcherToken MatcherLexer::take(Kind kind, std::size_t length) {
  const MatcherToken token{.kind = kind, .text = text_.substr(at_, length), .offset = at_};
  at_ += length;
  return token;
}

std::expected<MatcherToken, MatcherSyntaxError> MatcherLexer::next() {
  while (at_ < text_.size()) {
    const templates::Rune rune = templates::decode_rune(text_.substr(at_));
    if (rune.rune == U'{') return take(Kind::open_brace, 1);
    if (rune.rune == U'}') return take(Kind::close_brace, 1);
    if (rune.rune == U',') return take(Kind::comma, 1);
    if (rune.rune == U'=' || rune.rune == U'!') return op();
    if (rune.rune == U'"') return quoted();
    if (!is_reserved(rune.rune)) return unquoted();
    if (!is_space(rune.rune)) {
      return std::unexpected(MatcherSyntaxError{at_, format("unexpected {}", text_.substr(at_, rune.length))});
    }
    at_ += rune.length;
  }
  return take(Kind::end, 0);
}

std::expected<MatcherToken, MatcherSyntaxError> MatcherLexer::op() {
  const std::string_view two = text_.substr(at_, 2);
  const bool equal = text_[at_] == '=';
  const bool regex = two.size() == 2 && two[1] == '~';
  if (!equal && !regex && two != "!=") {
    return std::unexpected(MatcherSyntaxError{at_, "expected '!=' or '!~' here"});
  }
  MatcherToken token = take(Kind::op, equal && !regex ? 1 : 2);
  if (regex) {
    token.op = equal ? model::MatchOp::regex : model::MatchOp::not_regex;
  } else {
    token.op = equal ? model::MatchOp::equal : model::MatchOp::not_equal;
  }
  return token;
}

std::expected<MatcherToken, MatcherSyntaxError> MatcherLexer::quoted() {
  bool escape = false;
  for (std::size_t at = at_ + 1; at < text_.size(); ++at) {
    if (escape) {
      escape = false;
    } else if (text_[at] == '\\') {
      escape = true;
    } else if (text_[at] == '"') {
      return take(Kind::quoted, at + 1 - at_);
    }
  }
  return std::unexpected(MatcherSyntaxError{at_, "this quote is not closed"});
}

MatcherToken MatcherLexer::unquoted() {
  std::size_t at = at_;
  while (at < text_.size()) {
    const templates::Rune rune = templates::decode_rune(text_.substr(at));
    if (is_reserved(rune.rune)) break;
    at += rune.length;
  }
  return take(Kind::unquoted, at - at_);
}

}  // namespace firedrill::notify
