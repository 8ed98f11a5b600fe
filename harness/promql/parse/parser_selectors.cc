// Selectors, their matchers and modifiers, label lists and durations.

#include <algorithm>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/parse/parser_state.h"

namespace firedrill::promql {
namespace {

std::optional<model::MatchOp> match_op(const Token& token) {
  switch (token.kind) {
    case Tok::equals:
      return model::MatchOp::equal;
    case Tok::equal_regex:
      return model::MatchOp::regex;
    case Tok::not_regex:
      return model::MatchOp::not_regex;
    case Tok::op:
      if (token.index == static_cast<int>(BinaryOp::ne)) return model::MatchOp::not_equal;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

// As Prometheus's builder of labels does it: a name in front of the braces replaces one in them (version 3 the first of
// several), and a label without a value takes all of its name with it.
void name_metric(const std::string& name, bool v3, std::vector<model::Label>& labels) {
  std::vector<std::string> gone;
  for (const model::Label& label : labels) {
    if (label.value.empty()) gone.push_back(label.name);
  }
  std::erase_if(labels, [&](const model::Label& l) { return std::ranges::find(gone, l.name) != gone.end(); });
  const auto named = std::ranges::find(labels, model::kMetricName, &model::Label::name);
  if (named != labels.end() && v3) labels.erase(named);
  if (!v3) std::erase_if(labels, [](const model::Label& l) { return l.name == model::kMetricName; });
  labels.push_back({std::string(model::kMetricName), name});
}

void note_oddities(std::vector<model::Label>& labels, MetricText& metric) {
  for (const model::Label& label : labels) {
    if (label.value.empty()) metric.empty = label.name;
  }
  std::erase_if(labels, [](const model::Label& label) { return label.value.empty(); });
  std::ranges::stable_sort(labels, {}, &model::Label::name);
  const auto twice = std::ranges::adjacent_find(labels, {}, &model::Label::name);
  if (twice != labels.end()) metric.repeated = twice->name;
}

}  // namespace

ExprPtr Parser::selector() {
  const std::uint32_t begin = peek().where.begin;
  auto node = std::make_unique<VectorSelector>();
  if (peek().kind != Tok::left_brace) node->name = word(next());
  if (peek().kind == Tok::left_brace && !matchers(*node)) return nullptr;
  if (!node->name.empty()) {
    node->matchers.push_back(*model::Matcher::make(std::string(model::kMetricName), model::MatchOp::equal, node->name));
  }
  return finish(std::move(node), begin);
}

bool Parser::matchers(VectorSelector& selector) {
  next();  // the brace
  while (!accept(Tok::right_brace)) {
    if (!matcher(selector)) return false;
    if (peek().kind == Tok::right_brace) continue;
    if (!accept(Tok::comma)) return unexpected("label matching", "\",\" or \"}\""), false;
  }
  return true;
}

bool Parser::matcher(VectorSelector& selector) {
  const Token left = peek();
  const bool quoted = left.kind == Tok::string && v3();
  if (left.kind != Tok::identifier && !quoted) return unexpected("label matching", "identifier or \"}\""), false;
  next();
  std::string name = quoted ? unquote(word(left)) : std::string(word(left));
  const auto op = match_op(peek());
  if (!op) {
    if (!quoted) return unexpected("label matching", "label matching operator"), false;
    if (peek().kind != Tok::comma && peek().kind != Tok::right_brace) {
      return unexpected("label matching", "label matching operator"), false;
    }
    selector.matchers.push_back(
        *model::Matcher::make(std::string(model::kMetricName), model::MatchOp::equal, std::move(name)));
    return true;
  }
  next();
  if (peek().kind != Tok::string) return unexpected("label matching", "string"), false;
  const Token right = next();
  auto matcher =
      model::Matcher::make(std::move(name), *op, unquote(word(right)), v3() ? DotNewline::yes : DotNewline::no);
  if (!matcher) return error({left.where.begin, right.where.end}, "error parsing regexp: " + matcher.error()), false;
  selector.matchers.push_back(std::move(*matcher));
  return true;
}

bool Parser::labels(std::vector<std::string>& out) {
  if (!accept(Tok::left_paren)) return unexpected("grouping opts", "\"(\""), false;
  while (!accept(Tok::right_paren)) {
    if (!label(out)) return false;
    if (peek().kind == Tok::right_paren) continue;
    if (!accept(Tok::comma)) return unexpected("grouping opts", "\",\" or \")\""), false;
  }
  return true;
}

bool Parser::label(std::vector<std::string>& out) {
  const Token& token = peek();
  if (token.kind == Tok::string && v3()) {
    out.push_back(unquote(word(token)));
    next();
    return true;
  }
  const bool keyword = token.kind >= Tok::kw_offset || token.kind == Tok::aggregator || token.kind == Tok::identifier ||
                       token.kind == Tok::metric_identifier || token.kind == Tok::op;
  if (!keyword || !model::is_legacy_label_name(word(token))) return unexpected("grouping opts", "label"), false;
  out.emplace_back(word(token));
  next();
  return true;
}

ExprPtr Parser::postfix(ExprPtr expr) {
  const std::uint32_t begin = expr->where.begin;
  while (expr) {
    switch (peek().kind) {
      case Tok::left_bracket:
        expr = range(std::move(expr));
        break;
      case Tok::kw_offset:
        if (!offset(*expr)) return nullptr;
        expr->where = {begin, end_};
        break;
      case Tok::at:
        if (!at(*expr)) return nullptr;
        expr->where = {begin, end_};
        break;
      case Tok::kw_anchored:
      case Tok::kw_smoothed:
        return refuse_extended_range(*expr), nullptr;
      default:
        return expr;
    }
  }
  return nullptr;
}

ExprPtr Parser::range(ExprPtr expr) {
  const std::uint32_t begin = expr->where.begin;
  const TextRange bracket = next().where;
  const bool v3_5 = options_.version == Version::v3_5;
  const std::string_view wanted = newest() ? "number, duration, step(), or range()"
                                  : v3_5   ? "number or duration"
                                           : "duration";
  const auto range = duration_in_brackets(v3_5 ? "subquery selector" : "subquery or range selector", wanted);
  if (!range) return nullptr;
  if (accept(Tok::colon)) {
    auto node = std::make_unique<Subquery>();
    node->range = range->value;
    node->range_expr = range->expr;
    if (peek().kind != Tok::right_bracket) {
      const auto step =
          duration_in_brackets("subquery selector", newest() ? "number, duration, step(), range(), or \"]\""
                                                    : v3_5   ? "number or duration or \"]\""
                                                             : "duration or \"]\"");
      if (!step) return nullptr;
      node->step = step->value;
      node->step_expr = step->expr;
    }
    if (!accept(Tok::right_bracket)) return unexpected("subquery selector", "\"]\"");
    node->inner = std::move(expr);
    return finish(std::move(node), begin);
  }
  if (!accept(Tok::right_bracket)) return unexpected("subquery or range", "\":\" or \"]\"");
  const TextRange brackets{bracket.begin, end_};
  if (expr->kind != Kind::vector_selector) {
    return error(brackets, "ranges only allowed for vector selectors"), nullptr;
  }
  auto node = std::make_unique<MatrixSelector>();
  node->vector.reset(static_cast<VectorSelector*>(expr.release()));
  node->range = range->value;
  node->range_expr = range->expr;
  const Modifiers& modifiers = node->vector->modifiers;
  if (modifiers.offset.count() != 0 || modifiers.offset_expr)
    return error(brackets, "no offset modifiers allowed before range"), nullptr;
  if (modifiers.at != Modifiers::At::none) return error(brackets, "no @ modifiers allowed before range"), nullptr;
  return finish(std::move(node), begin);
}

namespace {

Modifiers* modifiers_of(Expr& expr) {
  switch (expr.kind) {
    case Kind::vector_selector:
      return &static_cast<VectorSelector&>(expr).modifiers;
    case Kind::matrix_selector:
      return &static_cast<MatrixSelector&>(expr).vector->modifiers;
    case Kind::subquery:
      return &static_cast<Subquery&>(expr).modifiers;
    default:
      return nullptr;
  }
}

}  // namespace

bool Parser::offset(Expr& expr) {
  next();
  const auto value = duration_behind_offset();
  if (!value) return false;
  Modifiers* modifiers = modifiers_of(expr);
  if (modifiers == nullptr) {
    error(expr.where,
          "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery");
    return false;
  }
  if (modifiers->offset.count() != 0 || modifiers->offset_expr) {
    return error(expr.where, "offset may not be set multiple times"), false;
  }
  modifiers->offset = value->value;
  modifiers->offset_expr = value->expr;
  return true;
}

bool Parser::at(Expr& expr) {
  next();
  Modifiers parsed;
  if (peek().kind == Tok::kw_start || peek().kind == Tok::kw_end) {
    parsed.at = next().kind == Tok::kw_start ? Modifiers::At::start : Modifiers::At::end;
    if (!accept(Tok::left_paren) || !accept(Tok::right_paren)) return unexpected("@", "timestamp"), false;
  } else {
    bool minus = false;
    if (peek().kind == Tok::op && word(peek()) == "-")
      minus = true, next();
    else if (peek().kind == Tok::op && word(peek()) == "+")
      next();
    if (peek().kind != Tok::number && (peek().kind != Tok::duration || !v3())) {
      return unexpected("@", "timestamp"), false;
    }
    auto seconds = literal_seconds(next());
    if (!seconds) return false;
    if (minus) *seconds = -*seconds;
    // Prometheus holds the seconds against what milliseconds can be.
    constexpr double kBound = 9223372036854775808.0;
    if (!maths::is_finite(*seconds) || *seconds >= kBound || *seconds <= -kBound) {
      const std::string told = maths::is_finite(*seconds) ? format("{:f}", *seconds) : format_go_f(*seconds);
      return error(expr.where, format("timestamp out of bounds for @ modifier: {}", told)), false;
    }
    parsed.at = Modifiers::At::time;
    // Beyond what milliseconds can tell there are no data either; less, so that an offset finds room.
    constexpr double kFarthest = 9.2e15;
    parsed.time = Time(from_seconds(std::clamp(*seconds, -kFarthest, kFarthest)));
  }
  Modifiers* modifiers = modifiers_of(expr);
  if (modifiers == nullptr) {
    error(expr.where,
          "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery");
    return false;
  }
  if (modifiers->at != Modifiers::At::none) {
    return error(expr.where, "@ <timestamp> may not be set multiple times"), false;
  }
  modifiers->at = parsed.at;
  modifiers->time = parsed.time;
  return true;
}

bool Parser::refuse_extended_range(const Expr& expr) {
  error(expr.where, format("{} modifier is not supported", word(peek())),
        "Prometheus has it since 3.7, up to 3.15 behind --enable-feature=promql-extended-range-selectors",
        "anchored and smoothed selectors");
  return false;
}

// Most keywords can be names, too, but not those that only ever stand behind an operator.
bool Parser::names_a_metric(const Token& token) const {
  switch (token.kind) {
    case Tok::number:
    case Tok::kw_on:
    case Tok::kw_ignoring:
    case Tok::kw_group_left:
    case Tok::kw_group_right:
    case Tok::kw_bool:
      return false;
    case Tok::op:
      if (word(token) == "atan2") return false;
      break;
    default:
      break;
  }
  return model::is_legacy_metric_name(word(token));
}

// name{a="b"}, {a="b"}, {"name", a="b"}: no operators but =.
std::optional<MetricText> Parser::metric() {
  std::vector<model::Label> labels;
  std::string metric_name;
  if (peek().kind != Tok::left_brace) {
    const std::string_view name = word(peek());
    if (!names_a_metric(peek())) return unexpected("series values", ""), std::nullopt;
    metric_name = name;
    next();
  }
  // Behind a space, a brace begins the values: a native histogram.
  if (peek().kind == Tok::left_brace && peek().where.begin == end_) {
    next();
    while (!accept(Tok::right_brace)) {
      const Token left = peek();
      const bool quoted = left.kind == Tok::string && v3();
      if (left.kind != Tok::identifier && !quoted) return unexpected("label set", "identifier or \"}\""), std::nullopt;
      next();
      std::string name = quoted ? unquote(word(left)) : std::string(word(left));
      if (accept(Tok::equals)) {
        if (peek().kind != Tok::string) return unexpected("label set", "string"), std::nullopt;
        labels.push_back({std::move(name), unquote(word(next()))});
      } else if (quoted) {
        labels.push_back({std::string(model::kMetricName), std::move(name)});
      } else {
        return unexpected("label set", "\"=\""), std::nullopt;
      }
      if (peek().kind != Tok::right_brace && !accept(Tok::comma)) {
        return unexpected("label set", "\",\" or \"}\""), std::nullopt;
      }
    }
  }
  if (!metric_name.empty()) name_metric(metric_name, v3(), labels);
  MetricText result{.labels = {}, .length = end_};
  note_oddities(labels, result);
  result.labels = model::Labels::from(std::move(labels));
  return result;
}

}  // namespace firedrill::promql
