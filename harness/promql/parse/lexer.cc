#include "promql/parse/lexer.h"

#include <array>

#include "base/text/format.h"
#include "promql/parse/text.h"

namespace firedrill::promql {
namespace {

struct Keyword {
  std::string_view word;
  Tok kind;
  int index = 0;
};

constexpr int op(BinaryOp o) {
  return static_cast<int>(o);
}
constexpr int op(AggregateOp o) {
  return static_cast<int>(o);
}

constexpr std::array kKeywords = {
    Keyword{"and", Tok::op, op(BinaryOp::and_)},
    Keyword{"or", Tok::op, op(BinaryOp::or_)},
    Keyword{"unless", Tok::op, op(BinaryOp::unless)},
    Keyword{"atan2", Tok::op, op(BinaryOp::atan2)},
    Keyword{"sum", Tok::aggregator, op(AggregateOp::sum)},
    Keyword{"avg", Tok::aggregator, op(AggregateOp::avg)},
    Keyword{"count", Tok::aggregator, op(AggregateOp::count)},
    Keyword{"min", Tok::aggregator, op(AggregateOp::min)},
    Keyword{"max", Tok::aggregator, op(AggregateOp::max)},
    Keyword{"group", Tok::aggregator, op(AggregateOp::group)},
    Keyword{"stddev", Tok::aggregator, op(AggregateOp::stddev)},
    Keyword{"stdvar", Tok::aggregator, op(AggregateOp::stdvar)},
    Keyword{"topk", Tok::aggregator, op(AggregateOp::topk)},
    Keyword{"bottomk", Tok::aggregator, op(AggregateOp::bottomk)},
    Keyword{"count_values", Tok::aggregator, op(AggregateOp::count_values)},
    Keyword{"quantile", Tok::aggregator, op(AggregateOp::quantile)},
    Keyword{"limitk", Tok::aggregator, op(AggregateOp::limitk)},
    Keyword{"limit_ratio", Tok::aggregator, op(AggregateOp::limit_ratio)},
    Keyword{"offset", Tok::kw_offset},
    Keyword{"by", Tok::kw_by},
    Keyword{"without", Tok::kw_without},
    Keyword{"on", Tok::kw_on},
    Keyword{"ignoring", Tok::kw_ignoring},
    Keyword{"group_left", Tok::kw_group_left},
    Keyword{"group_right", Tok::kw_group_right},
    Keyword{"bool", Tok::kw_bool},
    Keyword{"start", Tok::kw_start},
    Keyword{"end", Tok::kw_end},
    Keyword{"inf", Tok::number},
    Keyword{"nan", Tok::number},
};

bool is_limit(const Keyword& keyword) {
  return keyword.word == "limitk" || keyword.word == "limit_ratio";
}

class Lexer {
 public:
  Lexer(std::string_view text, Version version) : text_(text), version_(version) {}

  Lexed run() {
    while (!done_) step();
    return std::move(out_);
  }

 private:
  // -1 at the end.
  int peek(std::size_t ahead = 0) const {
    return pos_ + ahead < text_.size() ? static_cast<unsigned char>(text_[pos_ + ahead]) : -1;
  }
  bool accept(std::string_view set) {
    if (peek() < 0 || !set.contains(static_cast<char>(peek()))) return false;
    ++pos_;
    return true;
  }
  bool is(std::string_view set) const { return peek() >= 0 && set.contains(static_cast<char>(peek())); }

  void emit(Tok kind, int index = 0) {
    out_.tokens.push_back({kind, static_cast<std::uint8_t>(index), range()});
    start_ = pos_;
    if (kind == Tok::end) done_ = true;
  }
  TextRange range() const { return {static_cast<std::uint32_t>(start_), static_cast<std::uint32_t>(pos_)}; }
  void fail(std::string what) {
    if (done_) return;
    out_.error = std::move(what);
    out_.tokens.push_back(
        {Tok::error, 0, {static_cast<std::uint32_t>(start_), static_cast<std::uint32_t>(text_.size())}});
    done_ = true;
  }
  void take(std::size_t bytes, Tok kind, int index = 0) {
    pos_ += bytes;
    emit(kind, index);
  }
  std::string quoted_character(std::size_t at) const { return quote_character(text_, at); }

  void step() {
    const int c = peek();
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      start_ = ++pos_;
    } else if (c == '#') {
      while (peek() >= 0 && peek() != '\n' && peek() != '\r') ++pos_;
      start_ = pos_;
    } else if (brace_open_) {
      inside_braces(c);
    } else {
      statement(c);
    }
  }

  void statement(int c) {
    switch (c) {
      case -1:
        return end();
      case ',':
        return take(1, Tok::comma);
      case '*':
        return take(1, Tok::op, op(BinaryOp::mul));
      case '/':
        return take(1, Tok::op, op(BinaryOp::div));
      case '%':
        return take(1, Tok::op, op(BinaryOp::mod));
      case '+':
        return take(1, Tok::op, op(BinaryOp::add));
      case '-':
        return take(1, Tok::op, op(BinaryOp::sub));
      case '^':
        return take(1, Tok::op, op(BinaryOp::pow));
      case '@':
        return take(1, Tok::at);
      case '=':
        if (peek(1) == '=') return take(2, Tok::op, op(BinaryOp::eq));
        if (peek(1) == '~') return fail("unexpected character after '=': '~'");
        return take(1, Tok::equals);
      case '!':
        if (peek(1) == '=') return take(2, Tok::op, op(BinaryOp::ne));
        return fail("unexpected character after '!': " + quoted_character(pos_ + 1));
      case '<':
        return peek(1) == '=' ? take(2, Tok::op, op(BinaryOp::le)) : take(1, Tok::op, op(BinaryOp::lt));
      case '>':
        return peek(1) == '=' ? take(2, Tok::op, op(BinaryOp::ge)) : take(1, Tok::op, op(BinaryOp::gt));
      case '"':
      case '\'':
      case '`':
        return string(c);
      case '{':
        brace_open_ = true;
        return take(1, Tok::left_brace);
      case '(':
        ++parens_;
        return take(1, Tok::left_paren);
      case ')':
        if (--parens_ < 0) return fail("unexpected right parenthesis ')'");
        return take(1, Tok::right_paren);
      case '[':
        if (bracket_open_) return fail("unexpected left bracket '['");
        bracket_open_ = true;
        got_colon_ = false;
        return take(1, Tok::left_bracket);
      case ']':
        if (!bracket_open_) return fail("unexpected right bracket ']'");
        bracket_open_ = false;
        return take(1, Tok::right_bracket);
      default:
        return word_or_number(c);
    }
  }

  void end() {
    if (parens_ != 0) return fail("unclosed left parenthesis");
    if (bracket_open_) return fail("unclosed left bracket");
    emit(Tok::end);
  }

  void word_or_number(int c) {
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number_or_duration();
    if (is_alpha(c) || c == ':') {
      if (!bracket_open_) return keyword_or_identifier();
      if (c != ':') return fail("unexpected character: " + quoted_character(pos_) + ", expected ':'");
      if (got_colon_) return fail("unexpected colon ':'");
      got_colon_ = true;
      return take(1, Tok::colon);
    }
    fail("unexpected character: " + quoted_character(pos_));
  }

  // Keywords are ordinary label names here.
  void inside_braces(int c) {
    if (c < 0) return fail("unexpected end of input inside braces");
    if (is_alpha(c)) {
      while (is_alpha(peek()) || is_digit(peek())) ++pos_;
      return emit(Tok::identifier);
    }
    switch (c) {
      case ',':
        return take(1, Tok::comma);
      case '"':
      case '\'':
      case '`':
        return string(c);
      case '=':
        return peek(1) == '~' ? take(2, Tok::equal_regex) : take(1, Tok::equals);
      case '!':
        if (peek(1) == '~') return take(2, Tok::not_regex);
        if (peek(1) == '=') return take(2, Tok::op, op(BinaryOp::ne));
        return fail("unexpected character after '!' inside braces: " + quoted_character(pos_ + 1));
      case '{':
        return fail("unexpected left brace '{'");
      case '}':
        brace_open_ = false;
        return take(1, Tok::right_brace);
      default:
        return fail("unexpected character inside braces: " + quoted_character(pos_));
    }
  }

  void keyword_or_identifier() {
    while (is_alpha(peek()) || is_digit(peek()) || peek() == ':') ++pos_;
    const std::string_view word = text_.substr(start_, pos_ - start_);
    const std::string lower = lower_case(word);
    for (const Keyword& keyword : kKeywords) {
      if (keyword.word == lower && !(version_ == Version::v2 && is_limit(keyword))) {
        return emit(keyword.kind, keyword.index);
      }
    }
    emit(word.contains(':') ? Tok::metric_identifier : Tok::identifier);
  }

  void number_or_duration() {
    if (scan_number()) return emit(Tok::number);
    if (scan_rest_of_duration()) return emit(Tok::duration);
    if (peek() >= 0) pos_ += character_length(text_, pos_);
    fail("bad number or duration syntax: " + model::quote(text_.substr(start_, pos_ - start_)));
  }

  // Numbers as Prometheus scans them, which is not quite as they are written: a hexadecimal e is an exponent too.
  bool scan_number() {
    const std::size_t first = pos_;
    std::string_view digits = "0123456789";
    if (accept("0") && accept("xX")) {
      if (version_ != Version::v2) accept("_");
      digits = "0123456789abcdefABCDEF";
    }
    accept(".");
    accept(digits);
    bool dot = false;
    bool exponent = false;
    while (true) {
      if (is("eE")) {
        if (exponent) return ++pos_, false;
        exponent = true;
        ++pos_;
        accept("+-");
        if (accept("._eE") || peek() < 0) return false;
      } else if (is(".")) {
        ++pos_;
        if (dot) return false;
        dot = true;
        if (accept("_.") || digits.size() > 10) return false;
      } else if (is("_") && version_ != Version::v2) {
        ++pos_;
        if (accept("._eE") || peek() < 0) return false;
      } else if (is(digits)) {
        while (accept(digits)) {
        }
      } else {
        break;
      }
    }
    return pos_ != first && !is_alpha(peek()) && !is_digit(peek());
  }

  bool scan_rest_of_duration() {
    if (!accept("smhdwy")) return false;
    accept("s");
    while (accept("0123456789")) {
      while (accept("0123456789")) {
      }
      if (!accept("smhdw")) return false;
      accept("s");
    }
    return !is_alpha(peek()) && !is_digit(peek());
  }

  void string(int quote) {
    const bool raw = quote == '`';
    ++pos_;
    while (!done_) {
      const int c = peek();
      if (c < 0 || (!raw && c == '\n')) return fail(raw ? "unterminated raw string" : "unterminated quoted string");
      if (c == quote) return take(1, Tok::string);
      if (c == '\\' && !raw) {
        ++pos_;
        escape(quote);
        continue;
      }
      const std::size_t length = character_length(text_, pos_);
      if (length == 1 && c >= 0x80) return fail("invalid UTF-8 rune");
      pos_ += length;
    }
  }

  // Behind the backslash.
  void escape(int quote) {
    const int c = peek();
    if (c < 0) return fail("escape sequence not terminated");
    if (c == quote || std::string_view("abfnrtv\\").contains(static_cast<char>(c))) {
      ++pos_;
      return;
    }
    int count = 0;
    unsigned base = 16;
    unsigned limit = 0x10ffff;
    if (c >= '0' && c <= '7') {
      count = 3, base = 8, limit = 255;
    } else if (c == 'x') {
      count = 2, limit = 255, ++pos_;
    } else if (c == 'u') {
      count = 4, ++pos_;
    } else if (c == 'U') {
      count = 8, ++pos_;
    } else {
      return fail("unknown escape sequence " + name_character(text_, pos_));
    }
    std::uint64_t value = 0;
    for (; count > 0; --count, ++pos_) {
      const int digit = peek();
      if (digit < 0) return fail("escape sequence not terminated");
      if (digit_value(digit) >= static_cast<int>(base)) {
        return fail("illegal character " + name_character(text_, pos_) + " in escape sequence");
      }
      value = value * base + static_cast<unsigned>(digit_value(digit));
    }
    if (value > limit || (value >= 0xd800 && value < 0xe000)) {
      fail("escape sequence is an invalid Unicode code point");
    }
  }

  std::string_view text_;
  Version version_;
  std::size_t pos_ = 0;
  std::size_t start_ = 0;
  int parens_ = 0;
  bool brace_open_ = false;
  bool bracket_open_ = false;
  bool got_colon_ = false;
  bool done_ = false;
  Lexed out_;
};

}  // namespace

Lexed lex(std::string_view text, Version version) {
  return Lexer(text, version).run();
}

std::string describe(const Token& token, std::string_view text) {
  const std::string_view word = text.substr(token.where.begin, token.where.end - token.where.begin);
  std::string shown = model::quote(word);
  if (word.size() > 10) shown = model::quote(first_characters(word, 10)) + "...";
  switch (token.kind) {
    case Tok::end:
      return "end of input";
    case Tok::error:
      return "error";
    case Tok::identifier:
      return "identifier " + model::quote(word);
    case Tok::metric_identifier:
      return "metric identifier " + model::quote(word);
    case Tok::number:
      return "number " + shown;
    case Tok::duration:
      return "duration " + shown;
    case Tok::string:
      return "string " + shown;
    case Tok::equal_regex:
    case Tok::not_regex:
    case Tok::at:
    case Tok::op:
      return format("<op:{}>", word);
    case Tok::aggregator:
      return format("<aggr:{}>", word);
    default:
      return token.kind >= Tok::kw_offset && token.kind <= Tok::kw_bool ? format("<{}>", word) : shown;
  }
}

}  // namespace firedrill::promql
