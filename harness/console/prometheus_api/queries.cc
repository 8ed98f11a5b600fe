// query and query_range.
#include <algorithm>

#include "base/bounds/budget.h"
#include "base/clock.h"
#include "base/text/format.h"
#include "console/past_series.h"
#include "console/prometheus_api/answers.h"
#include "console/prometheus_api/parameters.h"
#include "console/prometheus_api/prometheus_api.h"
#include "promql/api_json.h"
#include "promql/cost.h"
#include "promql/engine.h"
#include "promql/parse/parser.h"

namespace firedrill::console {
namespace {

std::unexpected<http::Response> bad(std::string_view what) {
  return std::unexpected(api_fault(ApiFault::bad_data, what));
}

std::unexpected<http::Response> bad_parameter(std::string_view name, std::string_view why) {
  return bad(format("invalid parameter \"{}\": {}", name, why));
}

// Prometheus leaves open which ones stay.
bool truncate(promql::Value& value, std::size_t limit) {
  const auto cut = [limit](auto& all) {
    if (limit == 0 || all.size() <= limit) return false;
    all.resize(limit);
    return true;
  };
  if (auto* vector = std::get_if<promql::Vector>(&value)) return cut(*vector);
  if (auto* matrix = std::get_if<promql::Matrix>(&value)) return cut(*matrix);
  return false;
}

http::Response evaluation_fault(const std::string& error) {
  if (error.starts_with(promql::kTooManyRead) || error == promql::kTimedOut) {
    return api_fault(ApiFault::timeout, promql::kTimedOut);
  }
  return api_fault(ApiFault::execution, error);
}

// By the clock on the wall, from now on.
class Deadline final : public promql::Interrupt {
 public:
  explicit Deadline(Duration time) : until_s_(stopwatch_seconds() + to_seconds(time)) {}
  bool is_due() const override { return stopwatch_seconds() >= until_s_; }

 private:
  double until_s_;
};

struct Ranged {
  Time from, to;
  Duration step;
};

std::expected<Ranged, http::Response> parse_ranged(const Form& form) {
  const auto from = parse_api_time(form.value("start"));
  if (!from) return bad_parameter("start", from.error());
  const auto to = parse_api_time(form.value("end"));
  if (!to) return bad_parameter("end", to.error());
  if (*to < *from) return bad_parameter("end", "end timestamp must not be before start time");
  const auto step = parse_api_duration(form.value("step"));
  if (!step) return bad_parameter("step", step.error());
  if (*step <= Duration(0)) {
    return bad_parameter("step",
                         "zero or negative query resolution step widths are not accepted. Try a positive integer");
  }
  if ((*to - *from) / *step > PrometheusApi::kMostPoints) {
    return bad(
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution "
        "(?step=XX)");
  }
  return Ranged{*from, *to, *step};
}

}  // namespace

std::expected<PrometheusApi::Engine, http::Response> PrometheusApi::engine(const Form& form) const {
  Engine engine{.options = monitoring_.promql(), .time = bounds_.time};
  promql::Options& options = engine.options;
  options.max_held = bounds_.held;
  options.max_read = bounds_.read;
  if (const std::string text = form.value("timeout"); !text.empty()) {
    const auto timeout = parse_api_duration(text);
    if (!timeout) return bad_parameter("timeout", timeout.error());
    // What is over before it begins is said of the query.
    if (*timeout <= Duration(0)) return bad_parameter("query", "context deadline exceeded");
    const double most = to_seconds(*timeout) * static_cast<double>(kSamplesPerSecond);
    if (most < static_cast<double>(options.max_read)) options.max_read = static_cast<std::int64_t>(most);
    engine.time = std::min(engine.time, *timeout);
  }
  if (const std::string text = form.value("lookback_delta"); !text.empty()) {
    const auto lookback = parse_api_duration(text);
    if (!lookback) return bad(format("error parsing lookback delta duration: {}", lookback.error()));
    // As Prometheus takes it: none at all.
    if (*lookback > Duration(0)) options.lookback = *lookback;
  }
  return engine;
}

http::Response PrometheusApi::query(const http::Request& request, Segments) const {
  const Form form = Form::of(request);
  const auto limit = parse_api_limit(form);
  if (!limit) return api_fault(ApiFault::bad_data, limit.error());
  Time at = monitoring_.now();
  if (const std::string text = form.value("time"); !text.empty()) {
    const auto time = parse_api_time(text);
    if (!time) return bad_parameter("time", format("invalid time value for 'time': {}", time.error())).error();
    at = *time;
  }
  const auto how = engine(form);
  return how ? evaluate(form, *how, *limit, at, at, std::nullopt) : how.error();
}

http::Response PrometheusApi::query_range(const http::Request& request, Segments) const {
  const Form form = Form::of(request);
  const auto limit = parse_api_limit(form);
  if (!limit) return api_fault(ApiFault::bad_data, limit.error());
  const auto range = parse_ranged(form);
  if (!range) return range.error();
  const auto how = engine(form);
  return how ? evaluate(form, *how, *limit, range->from, range->to, range->step) : how.error();
}

http::Response PrometheusApi::evaluate(const Form& form, const Engine& engine, std::size_t limit, Time from, Time to,
                                       std::optional<Duration> step) const {
  const Deadline deadline(engine.time);
  promql::Options options = engine.options;
  options.interrupt = &deadline;
  const std::string text = form.value("query");
  auto parsed = promql::parse_text(text, options.parsing());
  if (!parsed) return bad_parameter("query", parse_error_text(text, parsed.error().front())).error();
  const promql::ValueType type = (*parsed)->type;
  if (step && type != promql::ValueType::vector && type != promql::ValueType::scalar) {
    return bad_parameter("query",
                         format("invalid expression type \"{}\" for range query, must be Scalar or instant Vector",
                                to_string(type)))
        .error();
  }
  if (const auto dear = promql::too_costly(**parsed, options)) return evaluation_fault(dear->what);
  Budget budget;
  const PastSeries data(monitoring_.series(), budget);
  promql::Query query(*parsed, data, options);
  promql::Annotations annotations;
  std::expected<promql::Value, std::string> value;
  if (step) {
    auto matrix = query.range(from, to, *step, &annotations);
    if (matrix) value = std::move(*matrix);
    if (!matrix) value = std::unexpected(matrix.error());
  } else {
    value = query.at(from, &annotations);
  }
  samples_read_ += query.samples_read();
  if (budget.exceeded()) return evaluation_fault(std::string(promql::kTooManyHeld));
  if (!value) return evaluation_fault(value.error());
  if (truncate(*value, limit)) annotations.warnings.emplace_back(kTruncated);
  return json_response(200, promql::api_success(*value, from, annotations));
}

}  // namespace firedrill::console
