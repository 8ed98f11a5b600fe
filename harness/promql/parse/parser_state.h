// The parser's inside, shared by its files: a recursive descent over the words, with operator precedence.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promql/options.h"
#include "promql/parse/ast.h"
#include "promql/parse/lexer.h"
#include "promql/parse/metric_text.h"
#include "promql/parse/parse_error.h"

namespace firedrill::promql {

class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options);

  // Null if there are errors.
  ExprPtr expression();
  std::optional<MetricText> metric();
  std::vector<ParseError>& errors() { return errors_; }

 private:
  // A function that returns null (or false) has reported why.
  ExprPtr binary(int precedence);
  ExprPtr unary();
  ExprPtr postfix(ExprPtr expr);
  ExprPtr primary();
  ExprPtr paren();
  ExprPtr call();
  std::string similar_function(std::string_view name) const;
  ExprPtr aggregate();
  ExprPtr number();
  ExprPtr selector();
  ExprPtr range(ExprPtr expr);
  bool offset(Expr& expr);
  bool at(Expr& expr);
  bool arguments(std::vector<ExprPtr>& out);
  bool matching(Binary& binary);
  bool matchers(VectorSelector& selector);
  bool matcher(VectorSelector& selector);
  bool labels(std::vector<std::string>& out);
  bool label(std::vector<std::string>& out);
  bool aggregate_modifier(Aggregate& aggregate);
  ExprPtr finish_aggregate(std::unique_ptr<Aggregate> aggregate, std::vector<ExprPtr> arguments);

  // What stands in brackets or behind offset: a literal, or arithmetic with its value in an instant query (0 if it has
  // none, which evaluation says).
  struct DurationText {
    Duration value{};
    DurationExprPtr expr;
  };
  std::optional<DurationText> duration_in_brackets(std::string_view context, std::string_view expected);
  std::optional<DurationText> duration_behind_offset();
  std::optional<DurationText> plain_duration(bool bare, std::string_view context, std::string_view expected);
  std::optional<DurationText> settled(const DurationExprPtr& expr, bool signed_too);
  DurationExprPtr duration_binary(int precedence, std::string_view context, std::string_view expected);
  DurationExprPtr duration_operand(std::string_view context, std::string_view expected);
  DurationExprPtr duration_number(std::string_view context, std::string_view expected);
  DurationExprPtr duration_call(std::string_view context, std::string_view expected);
  DurationExprPtr duration_paren(std::string_view context, std::string_view expected);
  DurationExprPtr signed_duration(const Token& sign, DurationExprPtr operand);
  DurationExprPtr finish_duration(DurationExpr node);
  bool duration_expressions_enabled(TextRange where);
  bool starts_duration(const Token& token) const;
  // Of a number or duration; nothing after an error.
  std::optional<double> literal_seconds(const Token& token);
  bool names_a_metric(const Token& token) const;
  bool refuse_extended_range(const Expr& expr);
  bool refuse_fill();

  const Token& peek(std::size_t ahead = 0) const;
  const Token& next();
  bool accept(Tok kind);
  std::string_view word(const Token& token) const;
  bool v3() const { return options_.version != Version::v2; }
  bool newest() const { return options_.version == Version::v3; }

  void error(TextRange where, std::string what, std::string remedy = {}, std::string lacking = {});
  // "unexpected X in CONTEXT, expected EXPECTED", or the lexer's own complaint.
  std::nullptr_t unexpected(std::string_view context = {}, std::string_view expected = {});
  // Sets where and depth; null if the tree has become too deep.
  ExprPtr finish(ExprPtr expr, std::uint32_t begin);
  bool enter(int& depth);

  std::string_view text_;
  ParseOptions options_;
  Lexed lexed_;
  std::size_t next_ = 0;
  std::uint32_t end_ = 0;                   // of the last word taken
  std::vector<std::uint32_t> line_starts_;  // where each line of the text begins
  int nesting_ = 0;
  std::vector<ParseError> errors_;
};

// Prometheus's type checks: all that is wrong with a tree that is syntactically right, in the order of the text.
void check_types(const Expr& expr, std::string_view text, std::vector<ParseError>& errors);
// What the checks may also mend: sets the types of calls, binary and other expressions, drops matching without vectors.
void assign_types(Expr& expr);

}  // namespace firedrill::promql
