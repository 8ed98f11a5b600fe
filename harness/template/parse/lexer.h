// Go's text/template, step one: from text to tokens (Go: text/template/parse/lex.go gives the rules and the messages).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::templates {

enum class TokenKind : std::uint8_t {
  error,  // the text is the message; the last token
  eof,
  text,
  left_delimiter,
  right_delimiter,
  space,
  pipe,
  assign,   // =
  declare,  // :=
  left_paren,
  right_paren,
  character,           // any other single character, such as a comma
  character_constant,  // 'a'
  complex,
  number,
  string,      // with its quotes
  raw_string,  // with its backquotes
  boolean,
  identifier,
  field,     // .name
  variable,  // $ or $name
  // Keywords from here on.
  dot,
  nil,
  block,
  break_,
  continue_,
  define,
  else_,
  end,
  if_,
  range,
  template_,
  with,
};

struct Token {
  TokenKind kind = TokenKind::eof;
  std::size_t position = 0;  // byte offset
  std::size_t line = 1;
  std::string text;
};

// Always ends with eof or error.
std::vector<Token> lex_template(std::string_view text);

// As messages name a token: quoted and cut after ten characters, keywords in angle brackets.
std::string describe(const Token& token);

}  // namespace firedrill::templates
