// promql: an expression holds always, at some time, or never.
#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include "alerting/analysis/empty_value.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/expectations/expectation_context.h"
#include "incident/expectations/expectation_table.h"
#include "incident/expectations/known_names.h"
#include "incident/expressions.h"
#include "promql/cost.h"
#include "promql/engine.h"
#include "promql/parse/parser.h"
#include "promql/parse/printer.h"
#include "record/clock.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr Duration kStep = 15s;
// How often an expression is evaluated at most, and how many samples all evaluations may read, each as often as it is
// read: some ten seconds of work.
constexpr std::int64_t kMaxEvaluations = 5'000'000;
constexpr std::int64_t kMaxRead = 10'000'000'000;
constexpr std::array<std::string_view, 2> kCommon{"from", "to"};
constexpr std::array<std::string_view, 3> kHolds{"always", "eventually", "never"};
constexpr std::array kOwn{
    FieldSpec{.name = "expr", .required = true, .doc = "The PromQL expression, read over the run's series."},
    FieldSpec{.name = "holds", .doc = "When it is to hold.", .default_text = "always", .choices = kHolds},
    FieldSpec{.name = "step", .type = FieldType::duration, .doc = "How often it is evaluated.", .default_text = "15s"},
};

void check_step(const Fields& fields, const KnownNames& names, Diagnostics& diagnostics) {
  if (!fields.has("step")) return;
  const Duration step = fields.duration("step");
  if (step <= 0ms) {
    diagnostics.push_back({Severity::error, fields.where("step"), "the step must be longer than 0",
                           "expected a duration such as 15s, or no step at all"});
    return;
  }
  const std::int64_t times = (fields.duration("to", names.duration) - fields.duration("from")) / step;
  if (times > kMaxEvaluations) {
    diagnostics.push_back(
        {Severity::error, fields.where("step"),
         format("the expression would be evaluated {} times", describe_count(static_cast<double>(times))),
         format("at most {} evaluations; lengthen the step, or shorten the time between `from` and "
                "`to`",
                describe_count(static_cast<double>(kMaxEvaluations)))});
  }
}

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  const Fields& fields = expectation.fields;
  check_step(fields, names, diagnostics);
  if (expectation.expression == nullptr) return;
  const promql::Expr& expression = *expectation.expression;
  if (expression.type != promql::ValueType::vector && expression.type != promql::ValueType::scalar) {
    diagnostics.push_back({Severity::error, fields.where("expr"),
                           format("the expression is a {}", promql::to_string(expression.type)),
                           "expected an instant vector or a scalar"});
  } else if (const auto costly = promql::too_costly(expression, {})) {
    const Position where = promql::place_in(fields.text("expr"), costly->where, fields.where("expr"));
    diagnostics.push_back({Severity::error, where, costly->what, costly->remedy});
  }
}

// The filtered side of a comparison with a number, so that series that do not satisfy it can be told from series that
// are not there; null for any other expression.
ExprRef filtered_side(const ExprRef& expression) {
  const promql::Expr& top = promql::unwrap(*expression);
  if (top.kind != promql::Kind::binary) return nullptr;
  const auto& binary = promql::as<promql::Binary>(top);
  if (!promql::is_comparison(binary.op) || binary.return_bool) return nullptr;
  const promql::Expr* side = binary.rhs->type == promql::ValueType::scalar   ? binary.lhs.get()
                             : binary.lhs->type == promql::ValueType::scalar ? binary.rhs.get()
                                                                             : nullptr;
  if (side == nullptr || side->type != promql::ValueType::vector) return nullptr;
  return ExprRef(expression, side);  // shares the tree's ownership
}

// What one evaluation says: whether it holds for some and for all series, and the first series for which it does not.
struct Reading {
  bool some = false;
  bool all = false;
  std::string detail;                   // "up{…} was 0"
  const promql::Expr* empty = nullptr;  // what had no value
};

class Reader {
 public:
  Reader(ExprRef expression, const promql::Queryable& series, const promql::Options& options)
      : expression_(expression), series_(series), options_(options), query_(expression, series, options) {
    if (ExprRef side = filtered_side(expression)) {
      compared_ = side.get();
      side_.emplace(std::move(side), series, options);
    }
  }

  std::expected<Reading, std::string> at(Time t) {
    auto value = query_.at(t);
    read_ += query_.samples_read();
    if (!value) return std::unexpected(value.error());
    if (const auto* scalar = std::get_if<promql::Scalar>(&*value)) {
      const bool holds = scalar->value != 0;
      return Reading{holds, holds, format("it was {}", format_number(scalar->value))};
    }
    const auto* vector = std::get_if<promql::Vector>(&*value);
    if (vector == nullptr) return Reading{false, false, "it gave neither a vector nor a scalar"};
    if (!side_) return plain(*vector);
    return compared(*vector, t);
  }

 private:
  Reading plain(const promql::Vector& vector) const {
    if (vector.empty()) return {false, false, "it gave nothing", expression_.get()};
    return {true, true, format("{} was {}", vector.front().labels.to_string(), format_number(vector.front().value))};
  }

  std::expected<Reading, std::string> compared(const promql::Vector& kept, Time t) {
    auto value = side_->at(t);
    read_ += side_->samples_read();
    if (!value) return std::unexpected(value.error());
    const auto* every = std::get_if<promql::Vector>(&*value);
    if (every == nullptr || every->empty()) return Reading{false, false, "no series matched", compared_};
    Reading reading{!kept.empty(), kept.size() == every->size(), {}};
    const promql::VectorSample* shown = &every->front();
    for (const auto& sample : *every) {
      const bool holds = std::ranges::find(kept, sample.labels, &promql::VectorSample::labels) != kept.end();
      if (!holds && !reading.all) {
        shown = &sample;
        break;
      }
    }
    reading.detail = format("{} was {}", shown->labels.to_string(), format_number(shown->value));
    if (reading.some && !kept.empty())
      held_ = format("{} was {}", kept.front().labels.to_string(), format_number(kept.front().value));
    return reading;
  }

 public:
  // What a reading of that time says, and of what had no value, why.
  std::string told(const Reading& reading, Time t) const {
    if (reading.empty == nullptr) return reading.detail;
    const std::string why =
        alerting::why_empty({expression_, series_, options_, std::span<const Time>(&t, 1)}, *reading.empty);
    if (why.empty()) return reading.empty == compared_ ? promql::print(*compared_) + " had no value" : reading.detail;
    return reading.empty == compared_ && why.starts_with("no series matched") ? why
           : reading.empty == compared_ ? format("{} had no value: {}", promql::print(*compared_), why)
                                        : format("{}: {}", reading.detail, why);
  }

  const std::string& held() const { return held_; }
  std::int64_t samples_read() const { return read_; }

 private:
  ExprRef expression_;
  const promql::Queryable& series_;
  promql::Options options_;
  const promql::Expr* compared_ = nullptr;
  promql::Query query_;
  std::optional<promql::Query> side_;
  std::string held_;
  std::int64_t read_ = 0;
};

struct Watch {
  std::size_t steps = 0;
  std::size_t some = 0;
  std::size_t all = 0;
  std::optional<Time> first_held;
  std::string held_detail;
  std::optional<Time> first_missed;
  std::string missed_detail;
  std::string error;
  Time last{};
  Reading last_reading;
};

Watch watch(const Record& record, Reader& reader, Span span, Duration step) {
  Watch seen;
  for (Time t = span.from; t <= span.to; t += step) {
    const auto reading = reader.at(t);
    if (!reading) {
      seen.error = format("at {}: {}", clock_of(record, t), reading.error());
      return seen;
    }
    if (reader.samples_read() > kMaxRead) {
      seen.error =
          format("evaluated from {} to {} it has read more than {} samples; lengthen its step",
                 clock_of(record, span.from), clock_of(record, t), describe_count(static_cast<double>(kMaxRead)));
      return seen;
    }
    ++seen.steps;
    seen.some += reading->some;
    seen.all += reading->all;
    seen.last = t;
    seen.last_reading = *reading;
    if (reading->some && !seen.first_held) {
      seen.first_held = t;
      seen.held_detail = reader.held().empty() ? reading->detail : reader.held();
    }
    if (!reading->all && !seen.first_missed) {
      seen.first_missed = t;
      seen.missed_detail = reader.told(*reading, t);
    }
  }
  return seen;
}

// Whether the expression has selectors and none of them matches a series.
bool selects_nothing(const promql::Expr& expression, const promql::Queryable& series) {
  const auto selectors = promql::selectors(expression);
  return !selectors.empty() && std::ranges::none_of(selectors, [&](const promql::VectorSelector* selector) {
    const auto found = series.select(selector->matchers);
    return std::ranges::any_of(found, [&](promql::SeriesRef ref) { return !series.samples(ref).times.empty(); });
  });
}

std::string evaluations(std::size_t count) {
  return format("{} evaluation{}", count, count == 1 ? "" : "s");
}

void judge_watch(const Watch& seen, const Reader& reader, const std::string& holds, const Record& record,
                 Outcome& outcome) {
  if (holds == "never") {
    outcome.observed = seen.some == 0 ? "held at none of " + evaluations(seen.steps)
                                      : format("held at {} of {}", seen.some, evaluations(seen.steps));
    if (seen.some == 0) return;
    outcome.result = Verdict::fail;
    outcome.why = format("it held first at {}: {}", when(record, *seen.first_held), seen.held_detail);
  } else if (holds == "eventually") {
    outcome.observed = seen.some > 0 ? format("held first at {}: {}", when(record, *seen.first_held), seen.held_detail)
                                     : "held at none of " + evaluations(seen.steps);
    if (seen.some > 0) return;
    outcome.result = Verdict::fail;
    outcome.why = format("last looked at {}: {}", when(record, seen.last), reader.told(seen.last_reading, seen.last));
  } else {
    outcome.observed = format("held at {} of {}", seen.all, evaluations(seen.steps));
    if (seen.all == seen.steps) return;
    outcome.result = Verdict::fail;
    outcome.why = format("it failed first at {}: {}", when(record, *seen.first_missed), seen.missed_detail);
  }
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& series) {
  const Fields& fields = expectation.fields;
  const std::string holds = fields.text("holds", "always");
  const Span span = judged_span(expectation, record);
  Outcome outcome;
  outcome.expected =
      format("{} holds {} from {} to {}", fields.text("expr"),
             holds == "always"  ? "always"
             : holds == "never" ? "never"
                                : "at some time",
             describe_duration(span.from - record.judged_from), describe_duration(span.to - record.judged_from));
  const promql::Version version = version_of(record);
  const auto expression = parsed(record, fields.text("expr"), expectation.expression);
  if (!expression) {
    outcome.result = Verdict::invalid;
    outcome.observed = "not evaluated";
    outcome.why = expression.error();
    return outcome;
  }
  const Duration step = fields.duration("step", kStep);
  if (Budget* budget = series.budget()) budget->take(Bound::evaluations, std::max(span.to - span.from, 0ms) / step + 1);
  Reader reader(*expression, series, {.version = version, .experimental_functions = true});
  const Watch seen = watch(record, reader, span, step);
  if (!seen.error.empty() || seen.steps == 0) {
    outcome.result = Verdict::invalid;
    outcome.observed = "not evaluated";
    outcome.why = seen.error.empty() ? "no evaluation lies within the time given" : seen.error;
    return outcome;
  }
  judge_watch(seen, reader, holds, record, outcome);
  if (holds == "never" && outcome.result == Verdict::pass && selects_nothing(**expression, series)) {
    outcome.result = Verdict::invalid;
    outcome.why = "no series of the run matches what it selects, so that it could not have held";
  }
  return outcome;
}

}  // namespace

ExpectationKind promql() {
  return {
      .name = "promql",
      .doc =
          "A PromQL expression over the run's series holds always, eventually or never between two times. It holds "
          "where its result is not empty (of a scalar: not 0). A comparison with a number holds always only if every "
          "series satisfies it at every evaluation, so `up == 1` fails when one of three replicas is down.",
      .common = kCommon,
      .own = kOwn,
      .names_alert = false,
      .check = check,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
