#include "promql/parse/parser.h"

#include <algorithm>

#include "base/bounds/activity.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "promql/functions/functions.h"
#include "promql/parse/parser_state.h"
#include "promql/parse/remedies.h"

namespace firedrill::promql {
namespace {

// The remedy for a function that other versions of Prometheus have.
std::string other_version(const Function& function) {
  for (const Version version : {Version::v3, Version::v3_5, Version::v2}) {
    if (function.standing(version) != Standing::unknown)
      return format("--promql-version {} has it", to_string(version));
  }
  return "";
}

constexpr std::size_t kMaxText = 1 << 20;
constexpr int kMaxNesting = 500;     // of what the parser itself recurses into, of which kMaxDepth is a multiple
constexpr int kUnaryPrecedence = 6;  // a sign binds like `*`, so that only `^` binds tighter

int precedence_of(BinaryOp op) {
  switch (op) {
    case BinaryOp::or_:
      return 1;
    case BinaryOp::and_:
    case BinaryOp::unless:
      return 2;
    case BinaryOp::add:
    case BinaryOp::sub:
      return 4;
    case BinaryOp::mul:
    case BinaryOp::div:
    case BinaryOp::mod:
    case BinaryOp::atan2:
      return 5;
    case BinaryOp::pow:
      return 6;
    default:
      return 3;
  }
}

}  // namespace

Parser::Parser(std::string_view text, const ParseOptions& options)
    : text_(text), options_(options), lexed_(lex(text, options.version)), line_starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(static_cast<std::uint32_t>(i + 1));
  }
}

const Token& Parser::peek(std::size_t ahead) const {
  return lexed_.tokens[std::min(next_ + ahead, lexed_.tokens.size() - 1)];
}

const Token& Parser::next() {
  const Token& token = peek();
  end_ = token.where.end;
  if (next_ + 1 < lexed_.tokens.size()) ++next_;
  return token;
}

bool Parser::accept(Tok kind) {
  if (peek().kind != kind) return false;
  next();
  return true;
}

std::string_view Parser::word(const Token& token) const {
  return text_.substr(token.where.begin, token.where.end - token.where.begin);
}

void Parser::error(TextRange where, std::string what, std::string remedy, std::string lacking) {
  errors_.push_back({where, std::move(what), std::move(remedy), std::move(lacking)});
}

std::nullptr_t Parser::unexpected(std::string_view context, std::string_view expected) {
  const Token& token = peek();
  if (token.kind == Tok::error) {
    error(token.where, lexed_.error);
    return nullptr;
  }
  std::string what = "unexpected " + describe(token, text_);
  if (!context.empty()) what += format(" in {}", context);
  if (!expected.empty()) what += format(", expected {}", expected);
  error(token.where, std::move(what));
  return nullptr;
}

ExprPtr Parser::finish(ExprPtr expr, std::uint32_t begin) {
  expr->where = {begin, end_};
  const auto line = std::ranges::upper_bound(line_starts_, begin);
  expr->line = static_cast<std::uint32_t>(line - line_starts_.begin());
  expr->column = begin - *(line - 1) + 1;
  for (const Expr* child : children(*expr)) expr->depth = std::max(expr->depth, child->depth + 1);
  if (expr->depth <= kMaxDepth) return expr;
  error(expr->where, format("expression nested more than {} levels deep", kMaxDepth),
        "split it into recording rules, or combine the alternatives in one selector");
  return nullptr;
}

// Counts the recursion of the parser itself, which a tree's depth bounds too late, and not at all where there is no
// content: signs, parentheses, the right operands of `^`.
bool Parser::enter(int& depth) {
  if (++depth <= kMaxNesting) return true;
  error(peek().where, format("expression nested more than {} levels deep", kMaxNesting));
  return false;
}

ExprPtr Parser::expression() {
  if (peek().kind == Tok::end) {
    error({0, 0}, "no expression found in input");
    return nullptr;
  }
  ExprPtr expr = binary(1);
  if (!expr) return nullptr;
  if (peek().kind != Tok::end) return unexpected();
  assign_types(*expr);
  check_types(*expr, text_, errors_);
  return errors_.empty() ? std::move(expr) : nullptr;
}

ExprPtr Parser::binary(int precedence) {
  const std::uint32_t begin = peek().where.begin;
  ExprPtr lhs = unary();
  while (lhs && peek().kind == Tok::op) {
    const auto op = static_cast<BinaryOp>(peek().index);
    const int own = precedence_of(op);
    if (own < precedence) break;
    next();
    auto node = std::make_unique<Binary>();
    node->op = op;
    if (!matching(*node)) return nullptr;
    node->lhs = std::move(lhs);
    const bool to_the_right = op == BinaryOp::pow;
    if (to_the_right && !enter(nesting_)) return nullptr;
    node->rhs = binary(to_the_right ? own : own + 1);
    nesting_ -= to_the_right ? 1 : 0;
    if (!node->rhs) return nullptr;
    lhs = finish(std::move(node), begin);
  }
  return lhs;
}

bool Parser::matching(Binary& binary) {
  binary.return_bool = accept(Tok::kw_bool);
  Matching& matching = binary.matching.emplace();
  if (peek().kind == Tok::kw_on || peek().kind == Tok::kw_ignoring) {
    matching.on = next().kind == Tok::kw_on;
    if (!labels(matching.labels)) return false;
    if (peek().kind == Tok::kw_group_left || peek().kind == Tok::kw_group_right) {
      matching.cardinality = next().kind == Tok::kw_group_left ? Cardinality::many_to_one : Cardinality::one_to_many;
      if (peek().kind == Tok::left_paren && !labels(matching.include)) return false;
    }
  }
  const Tok after = peek().kind;
  return after != Tok::kw_fill && after != Tok::kw_fill_left && after != Tok::kw_fill_right ? true : refuse_fill();
}

// In Prometheus's words, which has it behind a flag.
bool Parser::refuse_fill() {
  error(peek().where, "binop fill modifiers are experimental and not enabled",
        "they are not supported; only Prometheus itself has them, behind "
        "--enable-feature=promql-binop-fill-modifiers",
        "fill modifiers");
  return false;
}

ExprPtr Parser::unary() {
  const Token& sign = peek();
  const bool is_sign = sign.kind == Tok::op &&
                       (sign.index == static_cast<int>(BinaryOp::add) || sign.index == static_cast<int>(BinaryOp::sub));
  if (!is_sign) {
    ExprPtr expr = primary();
    return expr ? postfix(std::move(expr)) : nullptr;
  }
  if (!enter(nesting_)) return nullptr;
  const std::uint32_t begin = sign.where.begin;
  const bool minus = sign.index == static_cast<int>(BinaryOp::sub);
  next();
  ExprPtr operand = binary(kUnaryPrecedence);
  --nesting_;
  if (!operand) return nullptr;
  if (operand->kind == Kind::number) {
    auto& literal = static_cast<NumberLiteral&>(*operand);
    if (minus) literal.value *= -1;
    return finish(std::move(operand), begin);
  }
  auto node = std::make_unique<Unary>();
  node->minus = minus;
  node->inner = std::move(operand);
  return finish(std::move(node), begin);
}

ExprPtr Parser::primary() {
  const Token& token = peek();
  switch (token.kind) {
    case Tok::left_paren:
      return paren();
    case Tok::number:
      return number();
    case Tok::duration:
      return v3() ? number() : unexpected();
    case Tok::string: {
      auto node = std::make_unique<StringLiteral>();
      node->value = unquote(word(token));
      const std::uint32_t begin = next().where.begin;
      return finish(std::move(node), begin);
    }
    case Tok::identifier:
      return peek(1).kind == Tok::left_paren ? call() : selector();
    case Tok::kw_step:
    case Tok::kw_range:
    case Tok::kw_min_of:
    case Tok::kw_max_of:
      return peek(1).kind == Tok::left_paren ? call() : selector();
    case Tok::kw_start:
    case Tok::kw_end:
      return newest() && peek(1).kind == Tok::left_paren ? call() : selector();
    case Tok::aggregator: {
      const Tok after = peek(1).kind;
      const bool metric = after == Tok::left_brace || after == Tok::op || after == Tok::at || after == Tok::end ||
                          after == Tok::right_paren || after == Tok::left_bracket || after == Tok::comma ||
                          after == Tok::kw_offset || after == Tok::kw_anchored || after == Tok::kw_smoothed;
      return metric ? selector() : aggregate();
    }
    case Tok::op:  // and, or, unless are metrics here
      return is_set_operator(static_cast<BinaryOp>(token.index)) ? selector() : unexpected();
    case Tok::metric_identifier:
    case Tok::left_brace:
    case Tok::kw_by:
    case Tok::kw_without:
    case Tok::kw_offset:
    case Tok::kw_anchored:
    case Tok::kw_smoothed:
      return selector();
    default:
      return unexpected();
  }
}

ExprPtr Parser::paren() {
  if (!enter(nesting_)) return nullptr;
  const std::uint32_t begin = next().where.begin;
  auto node = std::make_unique<Paren>();
  node->inner = binary(1);
  --nesting_;
  if (!node->inner) return nullptr;
  if (!accept(Tok::right_paren)) return unexpected();
  return finish(std::move(node), begin);
}

ExprPtr Parser::number() {
  const Token token = next();
  auto node = std::make_unique<NumberLiteral>();
  if (token.kind == Tok::duration) {
    const auto value = parse_duration(word(token));
    if (!value) return error(token.where, value.error()), nullptr;
    node->value = to_seconds(*value);
    node->duration = true;
  } else {
    const auto value = read_number(word(token));
    if (!value) return error(token.where, value.error()), nullptr;
    node->value = *value;
  }
  return finish(std::move(node), token.where.begin);
}

bool Parser::arguments(std::vector<ExprPtr>& out) {
  if (!enter(nesting_)) return false;
  next();  // the parenthesis
  if (!accept(Tok::right_paren)) {
    while (true) {
      ExprPtr argument = binary(1);
      if (!argument) return false;
      out.push_back(std::move(argument));
      if (accept(Tok::right_paren)) break;
      const TextRange comma = peek().where;
      if (!accept(Tok::comma)) return unexpected("", ""), false;
      if (peek().kind == Tok::right_paren) {
        error(comma, "trailing commas not allowed in function call args");
        return false;
      }
    }
  }
  --nesting_;
  return true;
}

// The remedy for a name that no function has.
std::string Parser::similar_function(std::string_view name) const {
  std::vector<std::string> known;
  for (const Function& row : functions()) {
    if (row.standing(options_.version) != Standing::unknown) known.emplace_back(row.name);
  }
  const std::string near = nearest(name, known);
  return near.empty() ? "" : format("did you mean '{}'?", near);
}

ExprPtr Parser::call() {
  const Token name = next();
  auto node = std::make_unique<Call>();
  const Function* function = find_function(word(name));
  if (function == nullptr || function->standing(options_.version) == Standing::unknown) {
    error(name.where, format("unknown function with name {}", model::quote(word(name))),
          function != nullptr ? other_version(*function) : similar_function(word(name)));
    function = nullptr;
  }
  if (!arguments(node->arguments) || function == nullptr) return nullptr;
  node->function = function;
  ExprPtr done = finish(std::move(node), name.where.begin);
  const bool experimental = function->standing(options_.version) == Standing::experimental;
  if (done && experimental && !options_.experimental_functions) {
    error(done->where, format("function {} is not enabled", model::quote(function->name)),
          "it stands behind --enable-feature=promql-experimental-functions");
    return nullptr;
  }
  if (done && function->special == Special::not_supported) {
    error(name.where, format("function {} is not supported", model::quote(function->name)),
          "only Prometheus itself has it, behind --enable-feature=promql-experimental-functions",
          format("{}()", function->name));
    return nullptr;
  }
  return done;
}

bool Parser::aggregate_modifier(Aggregate& aggregate) {
  aggregate.without = next().kind == Tok::kw_without;
  return labels(aggregate.grouping);
}

ExprPtr Parser::aggregate() {
  const Token op = next();
  auto node = std::make_unique<Aggregate>();
  node->op = static_cast<AggregateOp>(op.index);
  node->where.begin = op.where.begin;
  const auto modifier = [&] { return peek().kind == Tok::kw_by || peek().kind == Tok::kw_without; };
  const bool before = modifier();
  if (before && !aggregate_modifier(*node)) return nullptr;
  if (peek().kind != Tok::left_paren) return unexpected("aggregation");
  std::vector<ExprPtr> args;
  if (!arguments(args)) return nullptr;
  if (!before && modifier() && !aggregate_modifier(*node)) return nullptr;
  return finish_aggregate(std::move(node), std::move(args));
}

ExprPtr Parser::finish_aggregate(std::unique_ptr<Aggregate> node, std::vector<ExprPtr> args) {
  const TextRange where{node->where.begin, end_};
  if (args.empty()) return error(where, "no arguments for aggregate expression provided"), nullptr;
  std::size_t wanted = 1;
  switch (node->op) {
    case AggregateOp::limitk:
    case AggregateOp::limit_ratio:
      if (!options_.experimental_functions) {
        error(where, format("{}() is experimental and must be enabled with "
                            "--enable-feature=promql-experimental-functions",
                            to_string(node->op)));
        return nullptr;
      }
      [[fallthrough]];
    case AggregateOp::topk:
    case AggregateOp::bottomk:
    case AggregateOp::count_values:
    case AggregateOp::quantile:
      wanted = 2;
      break;
    default:
      break;
  }
  if (args.size() != wanted) {
    error(where, format("wrong number of arguments for aggregate expression provided, expected {}, got {}", wanted,
                        args.size()));
    return nullptr;
  }
  if (wanted == 2) node->parameter = std::move(args[0]);
  node->inner = std::move(args[wanted - 1]);
  return finish(std::move(node), where.begin);
}

std::expected<std::shared_ptr<const Expr>, std::vector<ParseError>> parse_text(std::string_view text,
                                                                               const ParseOptions& options) {
  if (text.size() > kMaxText) {
    return std::unexpected(
        std::vector<ParseError>{{{0, 0}, "expression longer than 1 MiB", "record parts of it by rules of their own"}});
  }
  Parser parser(text, options);
  if (ExprPtr expr = parser.expression()) return std::shared_ptr<const Expr>(std::move(expr));
  for (ParseError& error : parser.errors()) {
    if (error.remedy.empty()) error.remedy = remedy_for(error.what);
  }
  return std::unexpected(std::move(parser.errors()));
}

namespace {

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

Result<std::shared_ptr<const Expr>> parse(const SourcePtr& source, const ParseOptions& options) {
  const std::string& text = source->text;
  auto parsed = parse_text(text, options);
  if (parsed) return std::move(*parsed);
  Diagnostics out;
  for (ParseError& error : parsed.error()) {
    const std::string_view wrong =
        std::string_view(text).substr(error.where.begin, error.where.end - error.where.begin);
    out.push_back({Severity::error, position_at(source, error.where.begin, std::max<std::size_t>(1, characters(wrong))),
                   std::move(error.what), std::move(error.remedy)});
  }
  return failure(std::move(out));
}

Result<std::shared_ptr<const Expr>> parse(std::string_view text, const Position& origin, const ParseOptions& options) {
  const Activity activity(origin);
  auto parsed = parse_text(text, options);
  if (parsed) return std::move(*parsed);
  Diagnostics out;
  for (ParseError& error : parsed.error()) {
    out.push_back(
        {Severity::error, place_in(text, error.where, origin), std::move(error.what), std::move(error.remedy)});
  }
  return failure(std::move(out));
}

Position place_in(std::string_view text, TextRange part, const Position& origin) {
  Position where = origin;
  if (text.contains('\n')) return where;
  where.column += characters(text.substr(0, part.begin));
  where.length = std::max<std::size_t>(1, characters(text.substr(part.begin, part.end - part.begin)));
  return where;
}

std::expected<MetricText, ParseError> parse_metric(std::string_view text, Version version) {
  Parser parser(text, ParseOptions{.version = version});
  auto metric = parser.metric();
  if (!metric) return std::unexpected(std::move(parser.errors().front()));
  return *std::move(metric);
}

}  // namespace firedrill::promql
