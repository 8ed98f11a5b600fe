#include "compare.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/engine.h"
#include "promql/parse/parser.h"

namespace firedrill::differential {
namespace {

// As Go prints a label set, with the metric's name among the labels.
std::string label_text(const model::Labels& labels) {
  std::string result = "{";
  for (const model::Label& label : labels) {
    if (result.size() > 1) result += ", ";
    result += model::is_legacy_label_name(label.name) ? label.name : model::quote(label.name);
    result += '=' + model::quote(label.value);
  }
  return result + '}';
}

Answer read(std::expected<promql::Value, std::string> value) {
  if (!value) return {value.error(), {}};
  Answer answer;
  if (const auto* scalar = std::get_if<promql::Scalar>(&*value)) {
    answer.samples.emplace_back("{}", scalar->value);
  } else if (const auto* vector = std::get_if<promql::Vector>(&*value)) {
    for (const promql::VectorSample& sample : *vector)
      answer.samples.emplace_back(label_text(sample.labels), sample.value);
  } else {
    return {"rule result is not a vector or scalar", {}};
  }
  std::ranges::sort(answer.samples, {}, &std::pair<std::string, double>::first);
  return answer;
}

// Steps between the two in the order of all doubles.
std::uint64_t ulps_between(double a, double b) {
  const auto ordered = [](double x) {
    const auto bits = std::bit_cast<std::int64_t>(x);
    return bits < 0 ? INT64_MIN - bits : bits;
  };
  const std::int64_t x = ordered(a);
  const std::int64_t y = ordered(b);
  return x > y ? static_cast<std::uint64_t>(x) - static_cast<std::uint64_t>(y)
               : static_cast<std::uint64_t>(y) - static_cast<std::uint64_t>(x);
}

bool is_nan(double x) {
  return x != x;
}
bool same(double a, double b) {
  return (is_nan(a) && is_nan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}
double magnitude(double x) {
  return x < 0 ? -x : x;
}

bool close(double a, double b, const Tolerance& tolerance) {
  if (same(a, b)) return true;
  if (is_nan(a) || is_nan(b)) return false;
  if (ulps_between(a, b) <= static_cast<std::uint64_t>(tolerance.ulps)) return true;
  const double allowed = tolerance.relative * std::max(magnitude(a), magnitude(b));
  return magnitude(a - b) <= std::max(allowed, tolerance.absolute);
}

}  // namespace

std::string to_string(const Answer& answer) {
  if (answer.error) return "error: " + *answer.error;
  std::string result;
  for (const auto& [labels, value] : answer.samples) result += format("  {} {}\n", labels, value);
  return result.empty() ? "nothing" : result;
}

OwnAnswer evaluate(const std::string& expression, Duration at, const promql::MemoryStore& store,
                   const Options& options) {
  const auto parsed = promql::parse_text(expression, {.version = options.version, .experimental_functions = true});
  if (!parsed)
    return {{"1:" + format("{}: parse error: {}", parsed.error()[0].where.begin + 1, parsed.error()[0].what), {}}, ""};
  const promql::Options engine{.version = options.version,
                               .default_subquery_step = options.evaluation_interval,
                               .experimental_functions = true,
                               .delayed_name_removal = options.delayed_name_removal};
  const auto fresh = [&] { return promql::Query(*parsed, store, engine); };
  OwnAnswer result{read(fresh().at(Time{} + at)), ""};
  promql::Query moving = fresh();
  for (int i = 7; i > 0; --i) {
    if (const Duration before = at - i * options.evaluation_interval / 2; before >= 0s)
      (void)moving.at(Time{} + before);
  }
  const Answer again = read(moving.at(Time{} + at));
  if (compare(result.answer, again, {}) == Agreement::different) result.moved = to_string(again);
  return result;
}

Tolerance tolerance(const Node& expression) {
  static const std::set<std::string> transcendental = {"acos", "acosh", "asin", "asinh", "atan",  "atanh",
                                                       "cos",  "cosh",  "exp",  "ln",    "log10", "log2",
                                                       "sin",  "sinh",  "tan",  "tanh",  "^",     "atan2"};
  static const std::set<std::string> summed = {"sum", "avg", "stddev", "stdvar"};
  const std::set<std::string> all = features(expression);
  const auto any_of = [&](const std::set<std::string>& names) {
    return std::ranges::any_of(all, [&](const std::string& name) { return names.contains(name); });
  };
  Tolerance result;
  if (any_of(transcendental)) result.ulps = 4;
  // Go takes an asin from π/2, and adds the exponent to the logarithm of the fraction, which leaves the last digits of
  // π/2 and of 1.
  if (any_of({"acos", "log2", "log10"})) result.absolute = 1e-15;
  // Go takes multiples of π/2 off an argument in three steps, the C library exactly: near a zero or a pole it shows.
  if (any_of({"sin", "cos", "tan"})) result.ulps = 32;
  // Go takes an asin from the root of 1 - x², which has few digits left near the ends.
  if (any_of({"asin"})) result.ulps = 32;
  // Above a transcendental function or a sum, a difference in the last digit may grow.
  const std::string& root = expression.features.empty() ? expression.text : expression.features.front();
  if (any_of(summed) || (result.ulps > 0 && !transcendental.contains(root))) result.relative = 1e-12;
  // A remainder jumps, so that of a number that differs in its last digit it may be any other.
  if (result.ulps > 0 && any_of({"%"})) result.absolute = std::numeric_limits<double>::infinity();
  return result;
}

Agreement compare(const Answer& promtool, const Answer& own, const Tolerance& tolerance) {
  if (promtool.error && promtool.error->contains("too many samples")) return Agreement::excluded;
  if (promtool.error && promtool.error->contains("runtime error")) return Agreement::excluded;
  if (promtool.error || own.error) return promtool.error && own.error ? Agreement::refused : Agreement::different;
  if (promtool.samples.size() != own.samples.size()) return Agreement::different;
  Agreement result = Agreement::exact;
  for (std::size_t i = 0; i < own.samples.size(); ++i) {
    const auto& [labels, value] = own.samples[i];
    if (labels != promtool.samples[i].first) return Agreement::different;
    if (same(value, promtool.samples[i].second)) continue;
    if (!close(value, promtool.samples[i].second, tolerance)) return Agreement::different;
    result = Agreement::close;
  }
  return result;
}

}  // namespace firedrill::differential
