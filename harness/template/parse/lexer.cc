#include "template/parse/lexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text/format.h"
#include "model/labels.h"
#include "template/format/unicode.h"

namespace firedrill::templates {
namespace {

constexpr std::string_view kLeft = "{{";
constexpr std::string_view kRight = "}}";
constexpr std::string_view kSpaces = " \t\r\n";

constexpr std::array<std::pair<std::string_view, TokenKind>, 11> kKeywords = {{
    {"nil", TokenKind::nil},
    {"block", TokenKind::block},
    {"break", TokenKind::break_},
    {"continue", TokenKind::continue_},
    {"define", TokenKind::define},
    {"else", TokenKind::else_},
    {"end", TokenKind::end},
    {"if", TokenKind::if_},
    {"range", TokenKind::range},
    {"template", TokenKind::template_},
    {"with", TokenKind::with},
}};

bool is_space(char c) {
  return kSpaces.find(c) != std::string_view::npos;
}

class Lexer {
 public:
  explicit Lexer(std::string_view input) : input_(input) {}

  std::vector<Token> run() {
    tokens_.reserve(64);
    bool more = true;
    while (more) more = inside_ ? lex_inside_action() : lex_text();
    return std::move(tokens_);
  }

 private:
  std::string_view rest() const { return input_.substr(std::min(position_, input_.size())); }
  bool at(std::string_view text) const { return rest().starts_with(text); }
  bool at_end() const { return position_ >= input_.size(); }
  char peek() const { return at_end() ? '\0' : input_[position_]; }
  char32_t peek_rune() const { return decode_rune(rest()).rune; }
  void skip_rune() { position_ += decode_rune(rest()).length; }

  void emit(TokenKind kind) {
    tokens_.push_back({kind, start_, line_, std::string(input_.substr(start_, position_ - start_))});
    ignore();
  }
  void ignore() {
    line_ += static_cast<std::size_t>(std::ranges::count(input_.substr(start_, position_ - start_), '\n'));
    start_ = position_;
  }
  bool fail(std::string message) {
    tokens_.push_back({TokenKind::error, start_, line_, std::move(message)});
    return false;
  }

  bool left_trim_marker(std::size_t p) const {
    return p + 1 < input_.size() && input_[p] == '-' && is_space(input_[p + 1]);
  }
  bool right_trim_marker(std::size_t p) const {
    return p + 1 < input_.size() && is_space(input_[p]) && input_[p + 1] == '-';
  }
  void skip_spaces() {
    const std::size_t next = input_.find_first_not_of(kSpaces, position_);
    position_ = next == std::string_view::npos ? input_.size() : next;
    ignore();
  }

  struct RightDelimiter {
    bool here = false;
    bool trims = false;
  };
  RightDelimiter at_right_delimiter() const {
    if (right_trim_marker(position_) && input_.substr(position_ + 2).starts_with(kRight)) return {true, true};
    return {at(kRight), false};
  }

  bool lex_text();
  bool lex_left_delimiter();
  bool lex_comment();
  bool lex_right_delimiter();
  bool lex_inside_action();
  bool lex_single(char c);
  bool lex_space();
  bool lex_quoted(char quote, TokenKind kind, std::string_view what);
  bool lex_raw_string();
  bool lex_word(TokenKind kind);
  bool lex_number();
  bool scan_number();
  void accept_run(std::string_view set) {
    while (!at_end() && set.find(peek()) != std::string_view::npos) ++position_;
  }
  bool accept(std::string_view set) {
    if (at_end() || set.find(peek()) == std::string_view::npos) return false;
    ++position_;
    return true;
  }
  bool at_terminator() const {
    return at_end() || is_space(peek()) || std::string_view(".,|:)(").find(peek()) != std::string_view::npos ||
           at(kRight);
  }

  std::string_view input_;
  std::vector<Token> tokens_;
  std::size_t start_ = 0;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  int parens_ = 0;
  bool inside_ = false;
};

bool Lexer::lex_text() {
  const std::size_t left = input_.find(kLeft, position_);
  if (left == std::string_view::npos) {
    position_ = input_.size();
    if (position_ > start_) emit(TokenKind::text);
    emit(TokenKind::eof);
    return false;
  }
  position_ = left;
  if (left_trim_marker(left + kLeft.size())) {
    const std::size_t last = input_.substr(start_, left - start_).find_last_not_of(kSpaces);
    position_ = last == std::string_view::npos ? start_ : start_ + last + 1;
  }
  if (position_ > start_) emit(TokenKind::text);
  position_ = left;
  ignore();
  return lex_left_delimiter();
}

bool Lexer::lex_left_delimiter() {
  position_ += kLeft.size();
  const std::size_t marker = left_trim_marker(position_) ? 2 : 0;
  if (input_.substr(position_ + marker).starts_with("/*")) {
    position_ += marker;
    ignore();
    return lex_comment();
  }
  emit(TokenKind::left_delimiter);
  position_ += marker;
  ignore();
  parens_ = 0;
  inside_ = true;
  return true;
}

bool Lexer::lex_comment() {
  const std::size_t close = input_.find("*/", position_ + 2);
  if (close == std::string_view::npos) return fail("unclosed comment");
  position_ = close + 2;
  const RightDelimiter right = at_right_delimiter();
  if (!right.here) return fail("comment ends before closing delimiter");
  position_ += kRight.size() + (right.trims ? 2 : 0);
  ignore();
  if (right.trims) skip_spaces();
  return true;
}

bool Lexer::lex_right_delimiter() {
  const bool trims = at_right_delimiter().trims;
  if (trims) {
    position_ += 2;
    ignore();
  }
  position_ += kRight.size();
  emit(TokenKind::right_delimiter);
  if (trims) skip_spaces();
  inside_ = false;
  return true;
}

bool Lexer::lex_inside_action() {
  if (at_right_delimiter().here) return parens_ == 0 ? lex_right_delimiter() : fail("unclosed left paren");
  if (at_end()) return fail("unclosed action");
  const char c = peek();
  if (is_space(c)) return lex_space();
  if (c == '"') return lex_quoted('"', TokenKind::string, "unterminated quoted string");
  if (c == '\'') return lex_quoted('\'', TokenKind::character_constant, "unterminated character constant");
  if (c == '`') return lex_raw_string();
  if (c == '$') return lex_word(TokenKind::variable);
  const bool digit_next = position_ + 1 < input_.size() && input_[position_ + 1] >= '0' && input_[position_ + 1] <= '9';
  if (c == '.' && !digit_next && position_ + 1 < input_.size()) return lex_word(TokenKind::field);
  if (c == '.' || c == '+' || c == '-' || (c >= '0' && c <= '9')) return lex_number();
  if (is_alphanumeric(peek_rune())) return lex_word(TokenKind::identifier);
  return lex_single(c);
}

bool Lexer::lex_single(char c) {
  const char32_t rune = peek_rune();
  skip_rune();
  switch (c) {
    case '=':
      emit(TokenKind::assign);
      return true;
    case ':':
      if (!accept("=")) return fail("expected :=");
      emit(TokenKind::declare);
      return true;
    case '|':
      emit(TokenKind::pipe);
      return true;
    case '(':
      ++parens_;
      emit(TokenKind::left_paren);
      return true;
    case ')':
      if (--parens_ < 0) return fail("unexpected right paren");
      emit(TokenKind::right_paren);
      return true;
    default:
      break;
  }
  if (c < 0x20 || c > 0x7e) return fail("unrecognized character in action: " + describe_rune(rune));
  emit(TokenKind::character);
  return true;
}

bool Lexer::lex_space() {
  const std::size_t next = input_.find_first_not_of(kSpaces, position_);
  std::size_t end = next == std::string_view::npos ? input_.size() : next;
  // The last space may belong to a trim marker and closing delimiter.
  if (right_trim_marker(end - 1) && input_.substr(end + 1).starts_with(kRight)) {
    --end;
    if (end == position_) return lex_right_delimiter();
  }
  position_ = end;
  emit(TokenKind::space);
  return true;
}

bool Lexer::lex_quoted(char quote, TokenKind kind, std::string_view what) {
  for (++position_; !at_end() && peek() != '\n'; ++position_) {
    if (peek() == quote) {
      ++position_;
      emit(kind);
      return true;
    }
    if (peek() != '\\') continue;
    ++position_;
    if (at_end() || peek() == '\n') break;
  }
  return fail(std::string(what));
}

bool Lexer::lex_raw_string() {
  const std::size_t close = input_.find('`', position_ + 1);
  if (close == std::string_view::npos) return fail("unterminated raw quoted string");
  position_ = close + 1;
  emit(TokenKind::raw_string);
  return true;
}

// Identifiers and keywords; with a leading '.' or '$', fields and variables.
bool Lexer::lex_word(TokenKind kind) {
  if (kind != TokenKind::identifier) {
    ++position_;
    if (at_terminator()) {
      emit(kind == TokenKind::field ? TokenKind::dot : kind);
      return true;
    }
  }
  while (!at_end() && is_alphanumeric(peek_rune())) skip_rune();
  if (!at_terminator()) return fail("bad character " + describe_rune(peek_rune()));
  const std::string_view word = input_.substr(start_, position_ - start_);
  if (kind == TokenKind::identifier) {
    const auto keyword = std::ranges::find(kKeywords, word, [](const auto& k) { return k.first; });
    if (keyword != kKeywords.end()) kind = keyword->second;
    if (word == "true" || word == "false") kind = TokenKind::boolean;
  }
  emit(kind);
  return true;
}

bool Lexer::lex_number() {
  const auto bad = [&] {
    return fail("bad number syntax: " + model::quote(input_.substr(start_, position_ - start_)));
  };
  if (!scan_number()) return bad();
  if (peek() == '+' || peek() == '-') {
    // Only a complex number may go on like this.
    if (!scan_number() || input_[position_ - 1] != 'i') return bad();
    emit(TokenKind::complex);
  } else {
    emit(TokenKind::number);
  }
  return true;
}

bool Lexer::scan_number() {
  accept("+-");
  constexpr std::string_view kDecimal = "0123456789_";
  std::string_view digits = kDecimal;
  bool hexadecimal = false;
  if (accept("0")) {
    if (accept("xX")) {
      digits = "0123456789abcdefABCDEF_";
      hexadecimal = true;
    } else if (accept("oO")) {
      digits = "01234567_";
    } else if (accept("bB")) {
      digits = "01_";
    }
  }
  accept_run(digits);
  if (accept(".")) accept_run(digits);
  if ((digits == kDecimal && accept("eE")) || (hexadecimal && accept("pP"))) {
    accept("+-");
    accept_run(kDecimal);
  }
  accept("i");
  if (at_end() || !is_alphanumeric(peek_rune())) return true;
  skip_rune();
  return false;
}

}  // namespace

std::vector<Token> lex_template(std::string_view text) {
  return Lexer(text).run();
}

std::string describe(const Token& token) {
  if (token.kind == TokenKind::eof) return "EOF";
  if (token.kind == TokenKind::error) return token.text;
  if (token.kind >= TokenKind::dot) return format("<{}>", token.text);
  if (rune_count(token.text) > 10) return model::quote(first_runes(token.text, 10)) + "...";
  return model::quote(token.text);
}

}  // namespace firedrill::templates
