#include "driver/export/rounded.h"

#include <algorithm>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/engine.h"
#include "promql/parse/parser.h"

namespace firedrill::driver {
namespace {

// Far more than what another order of summation changes, far less than what is rounded away.
constexpr std::string_view kLittleMore = "1.00000000001";
constexpr std::string_view kLittleLess = "0.99999999999";

std::optional<promql::Vector> evaluate(const promql::Queryable& data, const promql::Options& options,
                                       const std::string& text, Time t) {
  const auto parsed = promql::parse_text(text, {.version = options.version});
  if (!parsed) return std::nullopt;
  promql::Query query(*parsed, data, options);
  auto value = query.at(t);
  if (!value || !std::holds_alternative<promql::Vector>(*value)) return std::nullopt;
  promql::Vector vector = std::get<promql::Vector>(std::move(*value));
  std::ranges::sort(vector, {}, &promql::VectorSample::labels);
  if (std::ranges::any_of(vector, [](const auto& sample) { return maths::is_nan(sample.value); })) return std::nullopt;
  return vector;
}

bool same(const promql::Vector& a, const promql::Vector& b) {
  return std::ranges::equal(a, b,
                            [](const auto& x, const auto& y) { return x.labels == y.labels && x.value == y.value; });
}

// A power of ten, nine digits below the largest value.
std::string rounding_unit(const promql::Vector& vector) {
  double largest = 0;
  for (const auto& sample : vector) {
    const double size = sample.value < 0 ? -sample.value : sample.value;
    if (maths::is_finite(size)) largest = std::max(largest, size);
  }
  int exponent = -8;
  for (double limit = 10; limit <= largest && exponent < 300; limit *= 10) ++exponent;
  for (double limit = 1; largest > 0 && limit > largest && exponent > -300; limit /= 10) --exponent;
  return format("1e{}", exponent);
}

std::string selector_of(const std::string& name) {
  return model::is_legacy_metric_name(name) ? name : format("{{__name__={}}}", model::quote(name));
}

}  // namespace

bool summation_shows(const promql::Expr& expression, const std::map<std::string, bool>& recorded) {
  bool shows = false;
  promql::walk(expression, [&](const promql::Expr& node) {
    if (node.kind == promql::Kind::aggregate) {
      switch (promql::as<promql::Aggregate>(node).op) {
        case promql::AggregateOp::sum:
        case promql::AggregateOp::avg:
        case promql::AggregateOp::stddev:
        case promql::AggregateOp::stdvar:
          shows = true;
          break;
        default:
          break;
      }
    }
  });
  for (const promql::VectorSelector* selector : promql::selectors(expression)) {
    const auto it = recorded.find(selector->name);
    // A selector without a name may read anything.
    shows = shows || selector->name.empty() || (it != recorded.end() && it->second);
  }
  return shows;
}

std::optional<RecordedValue> recorded_value(const promql::Queryable& data, const promql::Options& options,
                                            const std::string& name, bool rounded, Time t) {
  const std::string selector = selector_of(name);
  const auto exact = evaluate(data, options, selector, t);
  if (!exact) return std::nullopt;
  if (!rounded || exact->empty()) return RecordedValue{selector, *exact};
  const std::string unit = rounding_unit(*exact);
  RecordedValue result{format("round({}, {})", selector, unit), {}};
  const auto value = evaluate(data, options, result.expression, t);
  if (!value) return std::nullopt;
  for (const std::string_view factor : {kLittleMore, kLittleLess}) {
    const auto moved = evaluate(data, options, format("round({} * {}, {})", selector, factor, unit), t);
    if (!moved || !same(*value, *moved)) return std::nullopt;
  }
  result.samples = *value;
  return result;
}

}  // namespace firedrill::driver
