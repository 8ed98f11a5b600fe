// PromQL's words. The lexer reads the whole text at once; a word that is none ends the list as an error, which the
// parser reports when it gets there (what stands before it may be wrong too, and comes first).
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "promql/parse/ast.h"

namespace firedrill::promql {

enum class Tok : std::uint8_t {
  end,
  error,
  identifier,
  metric_identifier,  // with a colon in it
  number,
  duration,
  string,
  left_paren,
  right_paren,
  left_brace,
  right_brace,
  left_bracket,
  right_bracket,
  comma,
  colon,
  equals,       // =
  equal_regex,  // =~
  not_regex,    // !~
  at,
  op,          // a binary operator, != included: `index` is a BinaryOp
  aggregator,  // `index` is an AggregateOp
  kw_offset,
  kw_by,
  kw_without,
  kw_on,
  kw_ignoring,
  kw_group_left,
  kw_group_right,
  kw_bool,
  kw_start,
  kw_end,
  kw_step,
  kw_range,
  kw_min_of,
  kw_max_of,
  kw_anchored,
  kw_smoothed,
  kw_fill,
  kw_fill_left,
  kw_fill_right,
};

struct Token {
  Tok kind = Tok::end;
  std::uint8_t index = 0;
  TextRange where;
};

struct Lexed {
  std::vector<Token> tokens;  // ends with Tok::end or Tok::error
  std::string error;          // of Tok::error, in Prometheus's wording
};

Lexed lex(std::string_view text, Version version);

// A word as Prometheus's messages show it: identifier "foo", <op:*>, <aggr:sum>, <by>, "}", end of input.
std::string describe(const Token& token, std::string_view text);

// The text of a string literal (quotes included), which the lexer has accepted.
std::string unquote(std::string_view literal);

// A number literal that the lexer has accepted: decimal, hexadecimal, octal by a leading 0, exponents, underscores
// between digits, Inf, NaN. The error is worded as Go's.
std::expected<double, std::string> read_number(std::string_view literal);

}  // namespace firedrill::promql
