#include "promql/eval/plan.h"

#include <algorithm>
#include <utility>

#include "promql/eval/aggregate.h"
#include "promql/eval/binary.h"
#include "promql/eval/calls.h"
#include "promql/eval/histogram.h"
#include "promql/eval/info.h"
#include "promql/eval/invariance.h"
#include "promql/eval/rate_call.h"
#include "promql/eval/relabel.h"
#include "promql/eval/selectors.h"
#include "promql/eval/subquery.h"

namespace firedrill::promql {
namespace {

const std::string& text_of(const Expr& expr) {
  return as<StringLiteral>(unwrap(expr)).value;
}

bool has_info(const Expr& expr) {
  bool found = false;
  walk(expr, [&](const Expr& each) {
    found = found || (each.kind == Kind::call && as<Call>(each).function->special == Special::info);
  });
  return found;
}

class Planner {
 public:
  Planner(Plan& plan, const Options& options, Context& ctx) : plan_(plan), options_(options), ctx_(ctx) {}

  ScalarPtr scalar(const Expr& expr) {
    switch (expr.kind) {
      case Kind::number:
        return std::make_unique<Constant>(as<NumberLiteral>(expr).value);
      case Kind::paren:
        return scalar(*as<Paren>(expr).inner);
      case Kind::unary: {
        ScalarPtr inner = scalar(*as<Unary>(expr).inner);
        if (!as<Unary>(expr).minus) return inner;
        return std::make_unique<ScalarNegation>(std::move(inner));
      }
      case Kind::binary: {
        const auto& node = as<Binary>(expr);
        ScalarPtr lhs = scalar(*node.lhs);
        return std::make_unique<ScalarBinary>(node.op, std::move(lhs), scalar(*node.rhs));
      }
      default:
        return scalar_call(as<Call>(expr));
    }
  }

  VectorPtr vector(const Expr& expr) {
    const bool outermost = !fixed_above_ && evaluated_once(expr);
    const bool above = std::exchange(fixed_above_, fixed_above_ || outermost);
    VectorPtr node = vector_node(expr);
    node->count_labels(ctx_);
    fixed_above_ = above;
    if (outermost) fixed_.push_back(node.get());
    return node;
  }

  VectorPtr vector_node(const Expr& expr) {
    switch (expr.kind) {
      case Kind::paren:
        return vector(*as<Paren>(expr).inner);
      case Kind::vector_selector:
        return std::make_unique<InstantSelector>(select(as<VectorSelector>(expr)), false);
      case Kind::unary: {
        VectorPtr inner = vector(*as<Unary>(expr).inner);
        if (!as<Unary>(expr).minus) return inner;
        return std::make_unique<Negation>(std::move(inner));
      }
      case Kind::binary:
        return binary(as<Binary>(expr));
      case Kind::aggregate:
        return once(expr, aggregate(as<Aggregate>(expr)));
      default:
        return once(expr, call(as<Call>(expr)));
    }
  }

  RangePtr range(const Expr& expr) {
    const Expr& inner = unwrap(expr);
    if (inner.kind == Kind::matrix_selector) {
      const auto& node = as<MatrixSelector>(inner);
      return std::make_unique<RangeSelector>(select(*node.vector), node.range);
    }
    return subquery(as<Subquery>(inner));
  }

 private:
  RangePtr subquery(const Subquery& node) {
    const std::size_t first = plan_.selections.size();
    std::vector<SubqueryNode*> beside = std::exchange(subqueries_, {});
    std::vector<VectorNode*> fixed_beside = std::exchange(fixed_, {});
    const bool above = std::exchange(fixed_above_, false);
    VectorPtr steps = vector(*node.inner);
    fixed_above_ = above;
    std::vector<Selection*> read;
    for (std::size_t i = first; i < plan_.selections.size(); ++i) read.push_back(plan_.selections[i].get());
    std::optional<Duration> lead = look_ahead(*node.inner);
    if (has_info(*node.inner)) lead.reset();  // what info() finds depends on the query's time
    auto result = std::make_unique<SubqueryNode>(node, std::move(steps), std::move(read), std::move(subqueries_),
                                                 std::exchange(fixed_, std::move(fixed_beside)), lead);
    subqueries_ = std::move(beside);
    subqueries_.push_back(result.get());
    return result;
  }

  // Only where it makes a difference: a parameter may change from step to step, and so does what info() finds.
  static VectorPtr once(const Expr& expr, VectorPtr node) {
    const bool parameter = expr.kind == Kind::aggregate && as<Aggregate>(expr).parameter &&
                           !evaluated_once(*as<Aggregate>(expr).parameter);
    const bool info = expr.kind == Kind::call && as<Call>(expr).function->special == Special::info;
    if (!(parameter || info) || !evaluated_once(expr)) return node;
    return std::make_unique<OnceNode>(std::move(node));
  }

  Selection& select(const VectorSelector& selector) {
    Selection& selection = *plan_.selections.emplace_back(std::make_unique<Selection>(selector));
    selection.count_labels(ctx_);
    return selection;
  }

  ScalarPtr scalar_call(const Call& node) {
    switch (node.function->special) {
      case Special::pi:
        return std::make_unique<Constant>(3.141592653589793238462643383279502884);
      case Special::time:
        return std::make_unique<TimeCall>();
      case Special::query_start:
      case Special::query_end:
      case Special::query_range:
      case Special::query_step:
        return std::make_unique<QueryTimeCall>(node.function->special);
      case Special::min_of:
      case Special::max_of: {
        ScalarPtr first = scalar(*node.arguments[0]);
        return std::make_unique<ExtremeCall>(std::move(first), scalar(*node.arguments[1]),
                                             node.function->special == Special::min_of);
      }
      default:
        return std::make_unique<ScalarOf>(vector(*node.arguments[0]));
    }
  }

  VectorPtr binary(const Binary& node) {
    if (is_trim(node.op)) return trim(node);
    const bool left_scalar = node.lhs->type == ValueType::scalar;
    if (left_scalar || node.rhs->type == ValueType::scalar) {
      ScalarPtr scalar_side;
      VectorPtr vector_side;
      // In the order of the text, so that selections are.
      if (left_scalar) {
        scalar_side = scalar(*node.lhs);
        vector_side = vector(*node.rhs);
      } else {
        vector_side = vector(*node.lhs);
        scalar_side = scalar(*node.rhs);
      }
      if (is_comparison(node.op) && !node.return_bool) {
        return std::make_unique<VectorScalarFilter>(node, std::move(vector_side), std::move(scalar_side), left_scalar);
      }
      return std::make_unique<VectorScalarBinary>(node, std::move(vector_side), std::move(scalar_side), left_scalar,
                                                  options_);
    }
    VectorPtr lhs = vector(*node.lhs);
    VectorPtr rhs = vector(*node.rhs);
    if (is_set_operator(node.op)) return std::make_unique<SetOperator>(node, std::move(lhs), std::move(rhs));
    return std::make_unique<VectorBinary>(node, std::move(lhs), std::move(rhs));
  }

  VectorPtr trim(const Binary& node) {
    std::vector<VectorPtr> sides;
    for (const Expr* side : {node.lhs.get(), node.rhs.get()}) {
      sides.push_back(side->type == ValueType::scalar ? std::make_unique<VectorOf>(scalar(*side)) : vector(*side));
    }
    return std::make_unique<TrimOfNumbers>(node, std::move(sides[0]), std::move(sides[1]));
  }

  VectorPtr aggregate(const Aggregate& node) {
    switch (node.op) {
      case AggregateOp::count_values: {
        const std::string& label = text_of(*node.parameter);
        if (!is_label_name(label, options_))
          return std::make_unique<Refused>("invalid label name " + model::quote(label));
        return std::make_unique<CountValuesNode>(node, vector(*node.inner), label);
      }
      case AggregateOp::topk:
      case AggregateOp::bottomk:
      case AggregateOp::limitk:
      case AggregateOp::limit_ratio: {
        ScalarPtr parameter = scalar(*node.parameter);
        return std::make_unique<SelectNode>(node, vector(*node.inner), std::move(parameter));
      }
      default: {
        ScalarPtr parameter = node.parameter ? scalar(*node.parameter) : nullptr;
        return std::make_unique<AggregateNode>(node, vector(*node.inner), std::move(parameter));
      }
    }
  }

  // The scalar arguments, and the one of the other type that `main` is set to.
  std::vector<ScalarPtr> arguments(const Call& node, const Expr*& main) {
    std::vector<ScalarPtr> scalars;
    for (const ExprPtr& argument : node.arguments) {
      if (argument->type == ValueType::scalar) {
        scalars.push_back(scalar(*argument));
      } else {
        main = argument.get();
      }
    }
    return scalars;
  }

  VectorPtr call(const Call& node) {
    const Function& function = *node.function;
    const Expr* main = nullptr;
    if (function.over_range != nullptr) {
      std::vector<ScalarPtr> scalars = arguments(node, main);
      if (RateCall::evaluates(function) && unwrap(*main).kind == Kind::matrix_selector) {
        const auto& selector = as<MatrixSelector>(unwrap(*main));
        return std::make_unique<RateCall>(node, select(*selector.vector), selector.range);
      }
      RangePtr over = range(*main);
      // 2.x does not notice that the window is fixed if the function is not evaluated once.
      if (options_.version == Version::v2 && evaluated_once(*main) && !evaluated_once(node)) over->move_on();
      return std::make_unique<RangeCall>(node, std::move(over), std::move(scalars));
    }
    if (function.over_value != nullptr && function.special == Special::none) {
      std::vector<ScalarPtr> scalars = arguments(node, main);
      return std::make_unique<MapCall>(node, vector(*main), std::move(scalars));
    }
    return special(node);
  }

  VectorPtr special(const Call& node) {
    const Function& function = *node.function;
    const Expr* first = node.arguments.empty() ? nullptr : node.arguments[0].get();
    switch (function.special) {
      case Special::calendar:
        if (first == nullptr) return std::make_unique<CalendarNow>(function.over_value);
        return std::make_unique<MapCall>(node, vector(*first), std::vector<ScalarPtr>());
      case Special::absent:
        return std::make_unique<Absent>(node, vector(*first));
      case Special::absent_over_time:
        return std::make_unique<AbsentOverTime>(node, range(*first));
      case Special::histogram_fraction:
      case Special::histogram_quantile: {
        const Expr* main = nullptr;
        std::vector<ScalarPtr> scalars = arguments(node, main);
        return std::make_unique<HistogramCall>(node, vector(*main), std::move(scalars));
      }
      case Special::histogram_quantiles:
        return quantiles(node);
      case Special::info:
        return info(node);
      case Special::label_join:
        return std::make_unique<LabelJoin>(vector(*first), texts(node), options_);
      case Special::label_replace:
        return std::make_unique<LabelReplace>(vector(*first), texts(node), options_);
      case Special::sort:
        return std::make_unique<SortCall>(node, vector(*first), false);
      case Special::sort_desc:
        return std::make_unique<SortCall>(node, vector(*first), true);
      case Special::sort_by_label:
        return std::make_unique<SortByLabelCall>(node, vector(*first), texts(node), false);
      case Special::sort_by_label_desc:
        return std::make_unique<SortByLabelCall>(node, vector(*first), texts(node), true);
      case Special::timestamp: {
        const Expr& inner = unwrap(*first);
        if (inner.kind != Kind::vector_selector) return std::make_unique<TimestampCall>(vector(inner), false);
        auto times = std::make_unique<InstantSelector>(select(as<VectorSelector>(inner)), true);
        return std::make_unique<TimestampCall>(std::move(times), true);
      }
      case Special::vector:
        return std::make_unique<VectorOf>(scalar(*first));
      default:
        return std::make_unique<NothingOfNumbers>(vector(*first));
    }
  }

  VectorPtr quantiles(const Call& node) {
    VectorPtr input = vector(*node.arguments[0]);
    std::vector<ScalarPtr> scalars;
    for (std::size_t i = 2; i < node.arguments.size(); ++i) scalars.push_back(scalar(*node.arguments[i]));
    return std::make_unique<HistogramCall>(node, std::move(input), std::move(scalars));
  }

  std::vector<std::string> texts(const Call& node) {
    std::vector<std::string> result;
    for (std::size_t i = 1; i < node.arguments.size(); ++i) result.push_back(text_of(*node.arguments[i]));
    return result;
  }

  VectorPtr info(const Call& node) {
    VectorPtr input = vector(*node.arguments[0]);
    std::vector<model::Matcher> narrowing;
    if (node.arguments.size() > 1) narrowing = as<VectorSelector>(*node.arguments[1]).matchers;
    auto selector = std::make_unique<VectorSelector>();
    const auto on_name = [](const model::Matcher& m) { return m.name() == model::kMetricName; };
    std::ranges::copy_if(narrowing, std::back_inserter(selector->matchers), on_name);
    if (selector->matchers.empty()) {
      selector->matchers.push_back(
          *model::Matcher::make(std::string(model::kMetricName), model::MatchOp::equal, "target_info"));
    }
    const VectorSelector& implied = *plan_.implied.emplace_back(std::move(selector));
    auto infos = std::make_unique<InstantSelector>(select(implied), true);
    infos->look_for_info(*node.arguments[0]);
    return std::make_unique<InfoCall>(std::move(input), std::move(infos), std::move(narrowing),
                                      node.arguments.size() > 1);
  }

  Plan& plan_;
  const Options& options_;
  Context& ctx_;
  std::vector<SubqueryNode*> subqueries_;  // of the subquery at hand, or of the whole outside any
  std::vector<VectorNode*> fixed_;         // of the same: what is evaluated once, within nothing else that is
  bool fixed_above_ = false;               // the expression at hand is within such
};

std::optional<Duration> larger(std::optional<Duration> a, std::optional<Duration> b) {
  if (!a || !b) return std::nullopt;
  return std::max(*a, *b);
}

}  // namespace

namespace {

// Prometheus opens its storage for this range (promql/engine.go: FindMinMaxTime), and info series are read there.
void note_seen(const Expr& expr, const SeenRange& around, const Options& options, std::vector<SeenRange>& seen) {
  const auto look = [&](const Modifiers& modifiers, Duration range) {
    SeenRange at = around;
    if (modifiers.at != Modifiers::At::none) {
      at = {modifiers, 0, 0};
      at.origin.offset = {};
    }
    at.back += (range + modifiers.offset).count() - 1;
    at.ahead -= modifiers.offset.count();
    seen.push_back(at);
  };
  if (expr.kind == Kind::vector_selector) return look(as<VectorSelector>(expr).modifiers, options.lookback);
  if (expr.kind == Kind::matrix_selector) {
    return look(as<MatrixSelector>(expr).vector->modifiers, as<MatrixSelector>(expr).range);
  }
  SeenRange within = around;
  if (expr.kind == Kind::subquery) {
    const auto& subquery = as<Subquery>(expr);
    if (subquery.modifiers.at != Modifiers::At::none) {
      within = {subquery.modifiers, 0, 0};
      within.origin.offset = {};
    }
    within.back += (subquery.range + subquery.modifiers.offset).count();
    within.ahead -= subquery.modifiers.offset.count();
  }
  for (const Expr* child : children(expr)) note_seen(*child, within, options, seen);
}

}  // namespace

Plan make_plan(const Expr& expr, const Options& options, Context& ctx) {
  Plan plan;
  if (has_info(expr)) note_seen(expr, {}, options, plan.seen);
  Planner planner(plan, options, ctx);
  switch (expr.type) {
    case ValueType::scalar:
      plan.scalar = planner.scalar(expr);
      break;
    case ValueType::matrix:
      plan.range = planner.range(expr);
      break;
    case ValueType::string:
      plan.text = &text_of(expr);
      break;
    default:
      plan.vector = planner.vector(expr);
      break;
  }
  return plan;
}

std::optional<Duration> look_back(const Expr& expr, const Options& options) {
  const auto behind = [](const Modifiers& m, Duration reach) -> std::optional<Duration> {
    if (m.at == Modifiers::At::time) return std::nullopt;
    return reach + m.offset;
  };
  switch (expr.kind) {
    case Kind::vector_selector:
      return behind(as<VectorSelector>(expr).modifiers, options.lookback);
    case Kind::matrix_selector: {
      const auto& node = as<MatrixSelector>(expr);
      return behind(node.vector->modifiers, node.range);
    }
    case Kind::subquery: {
      const auto& node = as<Subquery>(expr);
      const auto inner = look_back(*node.inner, options);
      return inner ? behind(node.modifiers, node.range + *inner) : std::nullopt;
    }
    default:
      break;
  }
  const bool info = expr.kind == Kind::call && as<Call>(expr).function->special == Special::info;
  std::optional<Duration> reach = info ? options.lookback : Duration::zero();
  for (const Expr* child : children(expr)) reach = larger(reach, look_back(*child, options));
  return reach;
}

std::optional<Duration> look_ahead(const Expr& expr) {
  const auto ahead = [](const Modifiers& m, Duration reach) -> std::optional<Duration> {
    if (m.at != Modifiers::At::none) return std::nullopt;
    return reach - m.offset;
  };
  switch (expr.kind) {
    case Kind::vector_selector:
      return ahead(as<VectorSelector>(expr).modifiers, Duration::zero());
    case Kind::matrix_selector:
      return ahead(as<MatrixSelector>(expr).vector->modifiers, Duration::zero());
    case Kind::subquery: {
      const auto inner = look_ahead(*as<Subquery>(expr).inner);
      return inner ? ahead(as<Subquery>(expr).modifiers, *inner) : std::nullopt;
    }
    default:
      break;
  }
  std::optional<Duration> reach = Duration::zero();
  for (const Expr* child : children(expr)) reach = larger(reach, look_ahead(*child));
  return reach;
}

}  // namespace firedrill::promql
