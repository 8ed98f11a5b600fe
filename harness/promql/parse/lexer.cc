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
  Version since = Version::v2;
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
    Keyword{"limitk", Tok::aggregator, op(AggregateOp::limitk), Version::v3_5},
    Keyword{"limit_ratio", Tok::aggregator, op(AggregateOp::limit_ratio), Version::v3_5},
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
    Keyword{"step", Tok::kw_step, 0, Version::v3},
    Keyword{"range", Tok::kw_range, 0, Version::v3},
    Keyword{"min_of", Tok::kw_min_of, 0, Version::v3},
    Keyword{"max_of", Tok::kw_max_of, 0, Version::v3},
    Keyword{"anchored", Tok::kw_anchored, 0, Version::v3},
    Keyword{"smoothed", Tok::kw_smoothed, 0, Version::v3},
    Keyword{"fill", Tok::kw_fill, 0, Version::v3},
    Keyword{"fill_left", Tok::kw_fill_left, 0, Version::v3},
    Keyword{"fill_right", Tok::kw_fill_right, 0, Version::v3},
    Keyword{"inf", Tok::number},
    Keyword{"nan", Tok::number},
};

bool is_fill(Tok kind) {
  return kind == Tok::kw_fill || kind == Tok::kw_fill_left || kind == Tok::kw_fill_right;
}

// What durations may name: step(), range(), min_of(a, b), max_of(a, b).
bool is_of_durations(Tok kind) {
  return kind == Tok::kw_step || kind == Tok::kw_range || kind == Tok::kw_min_of || kind == Tok::kw_max_of;
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
    } else if (c == '#' && !in_duration_) {
      while (peek() >= 0 && peek() != '\n' && peek() != '\r') ++pos_;
      start_ = pos_;
    } else if (brace_open_) {
      inside_braces(c);
    } else if (in_duration_) {
      duration_word(c);
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
        if (peek(1) == '/' && version_ == Version::v3) return take(2, Tok::op, op(BinaryOp::trim_upper));
        return peek(1) == '=' ? take(2, Tok::op, op(BinaryOp::le)) : take(1, Tok::op, op(BinaryOp::lt));
      case '>':
        if (peek(1) == '/' && version_ == Version::v3) return take(2, Tok::op, op(BinaryOp::trim_lower));
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
        in_duration_ = version_ != Version::v2;
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
      if (version_ == Version::v3 && c != ':') {
        if (duration_keyword()) return;
        return fail("unexpected character: " + quoted_character(start_) + ", expected ':'");
      }
      // Up to 3.5 any letter behind a duration counts as a colon.
      if (got_colon_) return fail("unexpected colon " + quoted_character(pos_));
      got_colon_ = true;
      return take(1, Tok::colon);
    }
    fail("unexpected character: " + quoted_character(pos_));
  }

  // Arithmetic in brackets, up to the first number: what follows that is read as statements are.
  void duration_word(int c) {
    static constexpr std::string_view kOperators = "+-*/%^";
    static constexpr std::array kOps = {BinaryOp::add, BinaryOp::sub, BinaryOp::mul,
                                        BinaryOp::div, BinaryOp::mod, BinaryOp::pow};
    if (c < 0) return fail("unexpected end of input in duration expression");
    if (c == ']') {
      in_duration_ = bracket_open_ = false;
      return take(1, Tok::right_bracket);
    }
    if (c == ':') return early_colon();
    if (c == '(') {
      ++parens_;
      return take(1, Tok::left_paren);
    }
    if (c == ')') {
      if (--parens_ < 0) return fail("unexpected right parenthesis ')'");
      return take(1, Tok::right_paren);
    }
    if (const std::size_t i = kOperators.find(static_cast<char>(c)); i != std::string_view::npos) {
      return take(1, Tok::op, op(kOps[i]));
    }
    if (c == ',' && version_ == Version::v3) return take(1, Tok::comma);
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      in_duration_ = false;
      got_duration_ = true;
      return number_or_duration();
    }
    if (version_ == Version::v3 && duration_keyword()) return;
    fail("unexpected character in duration expression: " + quoted_character(start_));
  }

  // Before any number in these brackets; one in earlier brackets counts as well.
  void early_colon() {
    start_ = ++pos_;
    if (!got_duration_) return fail("unexpected colon before duration in duration expression");
    if (got_colon_) return fail("unexpected repeated colon in duration expression");
    got_colon_ = true;
    --start_;
    emit(Tok::colon);
  }

  // False, with nothing taken, if there is none.
  bool duration_keyword() {
    std::size_t end = pos_;
    while (end < text_.size() && is_alpha(static_cast<unsigned char>(text_[end]))) ++end;
    const std::string word = lower_case(text_.substr(pos_, end - pos_));
    for (const Keyword& keyword : kKeywords) {
      if (keyword.word != word || !is_of_durations(keyword.kind)) continue;
      take(end - pos_, keyword.kind);
      return true;
    }
    return false;
  }

  bool parenthesis_follows() const {
    const std::size_t next = text_.find_first_not_of(" \t\r\n", pos_);
    return next != std::string_view::npos && text_[next] == '(';
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
      if (keyword.word != lower || version_ < keyword.since) continue;
      if (is_fill(keyword.kind) && !parenthesis_follows()) break;
      return emit(keyword.kind, keyword.index);
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
  bool in_duration_ = false;  // in brackets, before the first number
  bool got_colon_ = false;
  bool got_duration_ = false;  // in any brackets so far
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
    case Tok::kw_anchored:
    case Tok::kw_smoothed:
    case Tok::kw_fill:
    case Tok::kw_fill_left:
    case Tok::kw_fill_right:
      return format("<{}>", word);
    default:
      return token.kind >= Tok::kw_offset && token.kind <= Tok::kw_bool ? format("<{}>", word) : shown;
  }
}

}  // namespace firedrill::promql
