#include "monitor/speed/converted_expression.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "base/contains.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/functions/functions.h"
#include "promql/parse/printer.h"

namespace firedrill::monitor {
namespace {

using fake_services::MetricScale;
using promql::as;
using promql::Expr;
using promql::ExprPtr;
using promql::Kind;
using Names = std::span<const std::string_view>;

constexpr std::string_view kAlertsForState = "ALERTS_FOR_STATE";
constexpr std::string_view kJob = "job";
// Of a window, per second of the machine's.
constexpr std::array<std::string_view, 3> kPerSecond = {"rate", "irate", "deriv"};
// Of a window, and as large as what is in it.
constexpr std::array<std::string_view, 14> kAsLarge = {"increase",
                                                       "delta",
                                                       "idelta",
                                                       "avg_over_time",
                                                       "min_over_time",
                                                       "max_over_time",
                                                       "sum_over_time",
                                                       "first_over_time",
                                                       "last_over_time",
                                                       "quantile_over_time",
                                                       "stddev_over_time",
                                                       "mad_over_time",
                                                       "double_exponential_smoothing",
                                                       "holt_winters"};
// Of samples, which are as many in a window that shrinks as the scrapes do.
constexpr std::array<std::string_view, 5> kOfSamples = {"count_over_time", "present_over_time", "absent_over_time",
                                                        "changes", "resets"};
constexpr std::array<std::string_view, 4> kInstants = {"ts_of_first_over_time", "ts_of_last_over_time",
                                                       "ts_of_max_over_time", "ts_of_min_over_time"};
constexpr std::array<std::string_view, 4> kOfQuery = {"start", "end", "step", "range"};

ExprPtr number(double value) {
  auto made = std::make_unique<promql::NumberLiteral>();
  made->value = value;
  return made;
}

ExprPtr in_parentheses(ExprPtr inner) {
  auto made = std::make_unique<promql::Paren>();
  made->type = inner->type;
  made->inner = std::move(inner);
  return made;
}

// An operand: what binds less is put in parentheses.
ExprPtr operand(ExprPtr inner) {
  const bool binds = inner->kind != Kind::binary && inner->kind != Kind::unary;
  return binds ? std::move(inner) : in_parentheses(std::move(inner));
}

ExprPtr binary(promql::BinaryOp op, ExprPtr lhs, ExprPtr rhs) {
  auto made = std::make_unique<promql::Binary>();
  made->op = op;
  made->type = lhs->type;
  made->lhs = std::move(lhs);
  made->rhs = std::move(rhs);
  return made;
}

ExprPtr call(std::string_view function, ExprPtr argument = nullptr) {
  auto made = std::make_unique<promql::Call>();
  made->function = promql::find_function(function);
  made->type = made->function->result;
  if (argument != nullptr) made->arguments.push_back(std::move(argument));
  return made;
}

class Converter {
 public:
  Converter(const RunTimes& times, const ScaleOfName& scale_of, ConvertedExpression& out)
      : times_(times), scale_of_(scale_of), out_(out) {}

  ExprPtr take(const Expr& expr) {
    switch (expr.kind) {
      case Kind::number: {
        auto made = std::make_unique<promql::NumberLiteral>();
        made->value = as<promql::NumberLiteral>(expr).value;
        made->duration = as<promql::NumberLiteral>(expr).duration;
        return made;
      }
      case Kind::string: {
        auto made = std::make_unique<promql::StringLiteral>();
        made->value = as<promql::StringLiteral>(expr).value;
        reads_name_ = reads_name_ || made->value == model::kMetricName;
        return made;
      }
      case Kind::vector_selector:
        return take_selector(as<promql::VectorSelector>(expr));
      case Kind::matrix_selector:
      case Kind::subquery:
        return take_window(expr).window;
      case Kind::call:
        return take_call(as<promql::Call>(expr));
      case Kind::aggregate:
        return take_aggregate(as<promql::Aggregate>(expr));
      case Kind::binary:
        return take_binary(as<promql::Binary>(expr));
      case Kind::unary: {
        auto made = std::make_unique<promql::Unary>();
        made->type = expr.type;
        made->minus = as<promql::Unary>(expr).minus;
        made->inner = take(*as<promql::Unary>(expr).inner);
        return made;
      }
      case Kind::paren:
        return in_parentheses(take(*as<promql::Paren>(expr).inner));
    }
    return nullptr;
  }

  void finish() {
    if (reads_name_ && drops_name_) refuse("it reads the metric's name, which what is taken otherwise has no longer");
  }

 private:
  // A window, and by how much what is in it is less than it would be.
  struct Window {
    ExprPtr window;
    double less = 1;
    bool guessed = false;  // by how much will be known when its program is asked
  };

  void told(std::string what) {
    if (!contains(out_.converted, what)) out_.converted.push_back(std::move(what));
  }
  void refuse(std::string why) {
    if (!contains(out_.unwritable, why)) out_.unwritable.push_back(std::move(why));
  }

  void refuse_everywhere(std::string why) {
    if (!contains(out_.refused, why)) out_.refused.push_back(std::move(why));
  }

  // What the node has become, with its values so many times as large.
  ExprPtr times(const Expr& original, ExprPtr made, double factor) {
    if (factor == 1) return made;
    const bool more = factor > 1;
    told(format("{} is {} {}", promql::print(original), more ? "multiplied by" : "divided by",
                format_number(more ? factor : 1 / factor)));
    return in_parentheses(binary(more ? promql::BinaryOp::mul : promql::BinaryOp::div, operand(std::move(made)),
                                 number(more ? factor : 1 / factor)));
  }

  // Of an instant by the machine's clock the run's.
  ExprPtr in_run(ExprPtr instant) {
    out_.reads_clock = true;
    ExprPtr since = in_parentheses(binary(promql::BinaryOp::sub, std::move(instant), number(seconds_of(times_.wall))));
    ExprPtr passed = binary(promql::BinaryOp::mul, std::move(since), number(times_.speed));
    return in_parentheses(binary(promql::BinaryOp::add, std::move(passed), number(seconds_of(times_.run))));
  }
  static double seconds_of(Time t) { return to_seconds(t.time_since_epoch()); }

  promql::Modifiers take_modifiers(const promql::Modifiers& given) {
    promql::Modifiers made = given;
    if (given.offset_expr) refuse("its offset is computed");
    made.offset = times_.on_wall(given.offset);
    if (given.at == promql::Modifiers::At::time) {
      made.time = times_.on_wall(given.time);
      out_.reads_clock = true;
      told("the moment behind @ is the incident's");
    }
    return made;
  }

  std::unique_ptr<promql::VectorSelector> copy_selector(const promql::VectorSelector& given) {
    auto made = std::make_unique<promql::VectorSelector>();
    made->name = given.name;
    made->matchers = given.matchers;
    made->modifiers = take_modifiers(given.modifiers);
    return made;
  }

  static std::string name_of(const promql::VectorSelector& selector) {
    for (const model::Matcher& each : selector.matchers) {
      if (each.name() == model::kMetricName && each.op() == model::MatchOp::equal) return each.value();
    }
    return {};
  }

  // By how much less its values are.
  double less_of(const promql::VectorSelector& selector) {
    const std::string name = name_of(selector);
    if (name.empty()) {
      refuse(format("{} names no metric, so that it is not known whether it counts requests", promql::print(selector)));
      return 1;
    }
    const SeriesScale scale = scale_of_(name);
    if (scale.disputed) {
      refuse(format("{} counts requests for some of those that expose it, and is a level of others", name));
      return 1;
    }
    if (scale.guessed) {
      told(format("{} is taken by its type: multiplied by {} if its program exposes it as a count", name,
                  format_number(times_.speed)));
      return 1;
    }
    switch (scale.is) {
      case MetricScale::request_count:
        return times_.speed;
      case MetricScale::backlog:
        refuse_everywhere(
            format("{} fills by requests for as long as the incident lasts, and that is shorter then", name));
        return 1;
      case MetricScale::request_level:
      case MetricScale::incident:
        return 1;
    }
    return 1;
  }

  ExprPtr take_selector(const promql::VectorSelector& selector) {
    ExprPtr made = copy_selector(selector);
    if (name_of(selector) == kAlertsForState) {
      told(format("{} is the incident's instant", kAlertsForState));
      return in_run(std::move(made));
    }
    const double less = less_of(selector);
    drops_name_ = drops_name_ || less != 1;
    return with_instants(selector, times(selector, std::move(made), less));
  }

  // The jobs of programs of which it may tell instants, and those by the machine's clock.
  std::vector<std::string> instants_of(const promql::VectorSelector& selector) const {
    std::vector<std::string> jobs = scale_of_(name_of(selector)).instants_of;
    std::erase_if(jobs, [&](const std::string& job) {
      return std::ranges::any_of(selector.matchers,
                                 [&](const model::Matcher& each) { return each.name() == kJob && !each.matches(job); });
    });
    return jobs;
  }

  // The same with one matcher more, of the job.
  ExprPtr of_job(const promql::VectorSelector& selector, const std::string& job) {
    auto made = copy_selector(selector);
    made->matchers.push_back(*model::Matcher::make(std::string(kJob), model::MatchOp::equal, job));
    return made;
  }

  // What processes of firedrill's say of instants is the incident's already, and what programs say the machine's.
  ExprPtr with_instants(const promql::VectorSelector& selector, ExprPtr made) {
    for (const std::string& job : instants_of(selector)) {
      told(format("{} of {} is the incident's instant", promql::print(selector), job));
      drops_name_ = true;
      auto either = std::make_unique<promql::Binary>();
      either->op = promql::BinaryOp::or_;
      either->type = made->type;
      either->matching.emplace();
      either->lhs = in_run(of_job(selector, job));
      either->rhs = std::move(made);
      made = in_parentheses(std::move(either));
    }
    return made;
  }

  Window take_window(const Expr& expr) {
    if (expr.kind == Kind::matrix_selector) {
      const auto& given = as<promql::MatrixSelector>(expr);
      auto made = std::make_unique<promql::MatrixSelector>();
      made->type = promql::ValueType::matrix;
      made->vector = copy_selector(*given.vector);
      made->range = times_.on_wall(given.range);
      if (given.range_expr) refuse("its range is computed");
      if (name_of(*given.vector) == kAlertsForState) refuse(format("it looks back at {}", kAlertsForState));
      const double less = less_of(*given.vector);
      return {std::move(made), less, scale_of_(name_of(*given.vector)).guessed};
    }
    if (expr.kind == Kind::subquery) {
      const auto& given = as<promql::Subquery>(expr);
      auto made = std::make_unique<promql::Subquery>();
      made->type = promql::ValueType::matrix;
      made->inner = operand(take(*given.inner));
      made->range = times_.on_wall(given.range);
      if (given.step) made->step = times_.on_wall(*given.step);
      if (given.range_expr || given.step_expr) refuse("its range is computed");
      made->modifiers = take_modifiers(given.modifiers);
      return {std::move(made)};
    }
    // In parentheses.
    Window inner = take_window(promql::unwrap(expr));
    inner.window = in_parentheses(std::move(inner.window));
    return inner;
  }

  ExprPtr take_call(const promql::Call& given) {
    const std::string_view name = given.function->name;
    const bool of_range = std::ranges::any_of(
        given.arguments, [](const ExprPtr& each) { return each->type == promql::ValueType::matrix; });
    if (of_range) return take_range_call(given);
    if (name == "time") {
      told("time() is the incident's");
      return in_run(call("time"));
    }
    if (name == "timestamp") return take_timestamp(given);
    if (contains(Names(kOfQuery), name) || name == "info") refuse(format("{}() has no other form", name));
    if (given.function->special == promql::Special::calendar && given.arguments.empty()) {
      told(format("{}() goes by the incident's clock", name));
      return call(name, call("vector", in_run(call("time"))));
    }
    auto made = std::make_unique<promql::Call>();
    made->function = given.function;
    made->type = given.type;
    for (const ExprPtr& each : given.arguments) made->arguments.push_back(take_argument(name, *each));
    return made;
  }

  // Whether a series is there is no matter of its values, and absent() names it by its selector.
  ExprPtr take_argument(std::string_view function, const Expr& argument) {
    const Expr& inner = promql::unwrap(argument);
    if (function != "absent" || inner.kind != Kind::vector_selector) return take(argument);
    return copy_selector(as<promql::VectorSelector>(inner));
  }

  // Of a selector, when its sample was; of all else, when it is evaluated.
  ExprPtr take_timestamp(const promql::Call& given) {
    const Expr& inner = promql::unwrap(*given.arguments.front());
    ExprPtr argument = inner.kind == Kind::vector_selector ? copy_selector(as<promql::VectorSelector>(inner))
                                                           : take(*given.arguments.front());
    told(format("{} is the incident's", promql::print(given)));
    return in_run(call("timestamp", std::move(argument)));
  }

  // Whether values in it come from counts of requests.
  bool of_requests(const Expr& expr) const {
    return std::ranges::any_of(promql::selectors(expr),
                               [&](const auto* each) { return scale_of_(name_of(*each)).of_requests; });
  }
  // What holds at times only, by how many requests there were: null if nothing does.
  const Expr* at_times(const Expr& expr) const {
    const Expr* found = nullptr;
    promql::walk(expr, [&](const Expr& each) {
      const bool compares = each.kind == Kind::binary && promql::is_comparison(as<promql::Binary>(each).op);
      const bool recorded =
          each.kind == Kind::vector_selector && scale_of_(name_of(as<promql::VectorSelector>(each))).at_times;
      if (found == nullptr && ((compares && of_requests(each)) || recorded)) found = &each;
    });
    return found;
  }

  // Windows of which the outcome goes by how many requests fall between two samples, or into each window within: where
  // these are fewer nothing makes up for it.
  void check_samples(const promql::Call& given) {
    const std::string_view name = given.function->name;
    for (const ExprPtr& each : given.arguments) {
      if (each->type != promql::ValueType::matrix) continue;
      check_instants(given, promql::unwrap(*each));
      if (!of_requests(*each)) continue;
      const Expr& window = promql::unwrap(*each);
      if (const Expr* sometimes = at_times(window)) {
        refuse_everywhere(
            format("{} goes by how often {} holds, and with fewer requests in each window that is another",
                   promql::print(given), promql::print(*sometimes)));
        continue;
      }
      // A counter falls when its process starts anew, which is no matter of how many requests there are.
      const bool counter =
          window.kind == Kind::matrix_selector &&
          scale_of_(name_of(*as<promql::MatrixSelector>(window).vector)).is == MetricScale::request_count;
      if (name == "changes" || (name == "resets" && !counter)) {
        refuse_everywhere(
            format("{} goes by how many requests come between two samples, and fewer do then", promql::print(given)));
      }
    }
  }

  // How many there are in a window, and how often they change, is the same by either clock.
  void check_instants(const promql::Call& given, const Expr& window) {
    if (window.kind != Kind::matrix_selector || contains(Names(kOfSamples), given.function->name)) return;
    const auto& selector = *as<promql::MatrixSelector>(window).vector;
    if (instants_of(selector).empty()) return;
    refuse(format("{} looks back at instants of the machine's clock, which a program of your own tells",
                  promql::print(given)));
  }

  ExprPtr take_range_call(const promql::Call& given) {
    const std::string_view name = given.function->name;
    check_samples(given);
    auto made = std::make_unique<promql::Call>();
    made->function = given.function;
    made->type = given.type;
    double less = 1;
    bool guessed = false;
    for (const ExprPtr& each : given.arguments) {
      if (each->type != promql::ValueType::matrix) {
        made->arguments.push_back(name == "predict_linear" ? ahead(given, *each) : take(*each));
        continue;
      }
      Window window = take_window(*each);
      less = window.less;
      guessed = window.guessed;
      made->arguments.push_back(std::move(window.window));
    }
    if (contains(Names(kOfSamples), name)) return made;
    if (contains(Names(kInstants), name)) {
      told(format("{} is the incident's", promql::print(given)));
      return in_run(std::move(made));
    }
    if (contains(Names(kPerSecond), name) && guessed) return made;
    if (contains(Names(kPerSecond), name)) return times(given, std::move(made), less / times_.speed);
    if (name == "stdvar_over_time") return times(given, std::move(made), less * less);
    if (!contains(Names(kAsLarge), name) && name != "predict_linear") refuse(format("{}() has no other form", name));
    const bool keeps_name = name == "last_over_time" || name == "first_over_time";
    drops_name_ = drops_name_ || (keeps_name && less != 1);
    return times(given, std::move(made), less);
  }

  // How far predict_linear looks, in the machine's time.
  ExprPtr ahead(const promql::Call& given, const Expr& seconds) {
    told(format("{} looks ahead as far in the incident's time", promql::print(given)));
    ExprPtr made = take(seconds);
    const Expr& plain = promql::unwrap(*made);
    if (plain.kind == Kind::number) return number(as<promql::NumberLiteral>(plain).value / times_.speed);
    return binary(promql::BinaryOp::div, operand(std::move(made)), number(times_.speed));
  }

  ExprPtr take_aggregate(const promql::Aggregate& given) {
    auto made = std::make_unique<promql::Aggregate>();
    made->type = given.type;
    made->op = given.op;
    made->without = given.without;
    made->grouping = given.grouping;
    reads_name_ = reads_name_ || (!given.without && contains(given.grouping, model::kMetricName));
    if (given.parameter) made->parameter = take(*given.parameter);
    made->inner = take(*given.inner);
    return made;
  }

  ExprPtr take_binary(const promql::Binary& given) {
    auto made = std::make_unique<promql::Binary>();
    made->type = given.type;
    made->op = given.op;
    made->return_bool = given.return_bool;
    made->matching = given.matching;
    if (given.matching) {
      const promql::Matching& matching = *given.matching;
      reads_name_ = reads_name_ || (matching.on && contains(matching.labels, model::kMetricName)) ||
                    contains(matching.include, model::kMetricName);
    }
    made->lhs = take(*given.lhs);
    made->rhs = take(*given.rhs);
    return made;
  }

  const RunTimes& times_;
  const ScaleOfName& scale_of_;
  ConvertedExpression& out_;
  bool reads_name_ = false;  // __name__ decides something
  bool drops_name_ = false;  // and what is multiplied has none
};

}  // namespace

ConvertedExpression convert(const promql::Expr& expression, const RunTimes& times, const ScaleOfName& scale_of) {
  ConvertedExpression out;
  Converter converter(times, scale_of, out);
  out.expression = converter.take(expression);
  converter.finish();
  return out;
}

}  // namespace firedrill::monitor
