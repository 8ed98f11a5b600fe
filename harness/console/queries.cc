// PromQL over what was scraped, and the map of services that is read from it.
#include <algorithm>
#include <map>

#include "base/bounds/budget.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "console/past_series.h"
#include "console/session.h"
#include "promql/cost.h"
#include "promql/parse/parser.h"

namespace firedrill::console {
namespace {

constexpr const char* kSmaller = "ask for a shorter range, fewer series or a longer step";

std::unexpected<Refusal> refuse(std::string what, std::string remedy, std::string type = "execution") {
  return std::unexpected(Refusal{std::move(what), std::move(remedy), std::move(type)});
}

promql::Options engine_of(const scenario::LoadedScenario& scenario) {
  promql::Options options;
  options.default_subquery_step = scenario.scenario.prometheus.evaluation_interval;
  options.max_held = kMostSamplesHeld;
  options.max_read = kMostSamplesRead;
  return options;
}

Answered<std::shared_ptr<const promql::Expr>> parsed(std::string_view text, const promql::Options& options) {
  auto expression = promql::parse_text(text, options.parsing());
  if (!expression) {
    const promql::ParseError& error = expression.error().front();
    const std::string_view before = text.substr(0, std::min<std::size_t>(text.size(), error.where.begin));
    const auto line = std::ranges::count(before, '\n') + 1;
    const std::string where =
        text.empty() ? "unknown position" : format("{}:{}", line, before.size() - (before.rfind('\n') + 1) + 1);
    return refuse(format("{}: parse error: {}", where, error.what), error.remedy, "bad_data");
  }
  if (const auto dear = promql::too_costly(**expression, options)) return refuse(dear->what, kSmaller);
  return *expression;
}

// The sum by service of what an expression gives.
std::map<std::string, double, std::less<>> by_label(const Session& session, const std::string& expression,
                                                    std::string_view label) {
  std::map<std::string, double, std::less<>> out;
  const auto value = session.query(expression, session.now());
  if (!value) return out;
  const auto* vector = std::get_if<promql::Vector>(&*value);
  if (vector == nullptr) return out;
  for (const promql::VectorSample& sample : *vector) out[std::string(sample.labels.get(label))] = sample.value;
  return out;
}

std::optional<double> at(const std::map<std::string, double, std::less<>>& values, std::string_view name) {
  const auto found = values.find(name);
  return found == values.end() || maths::is_nan(found->second) ? std::nullopt : std::optional(found->second);
}

// In words of a map of services; what counts as degraded is no SLO's matter, but what anybody would look at.
std::string health_of(const ServiceView& view) {
  constexpr double kFewErrors = 0.01;
  if (!view.third_party && view.ready == 0) return "down";
  if (view.errors && *view.errors > 0.5) return "down";
  if (!view.third_party && view.ready < view.wanted) return "degraded";
  if (view.errors && *view.errors > kFewErrors) return "degraded";
  return view.requests ? "ok" : "unknown";
}

struct Signals {
  std::map<std::string, double, std::less<>> requests, errors, p95, called, call_errors;
};

Signals signals_of(const Session& session) {
  Signals out;
  out.requests = by_label(session, "sum by (service) (rate(http_requests_total[5m]))", "service");
  out.errors = by_label(session, "sum by (service) (rate(http_requests_total{code=~\"5..\"}[5m]))", "service");
  out.p95 = by_label(session,
                     "histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket[5m])))",
                     "service");
  out.called = by_label(session, "sum by (dependency) (rate(dependency_requests_total[5m]))", "dependency");
  out.call_errors = by_label(session, "sum by (dependency) (rate(dependency_requests_total{outcome!=\"success\"}[5m]))",
                             "dependency");
  return out;
}

void add_signals(const Signals& signals, ServiceView& view) {
  view.requests = at(signals.requests, view.name);
  const auto failed = at(signals.errors, view.name);
  if (view.requests && *view.requests > 0) view.errors = failed.value_or(0) / *view.requests;
  view.p95_s = at(signals.p95, view.name);
  if (view.requests) return;
  view.requests = at(signals.called, view.name);
  if (view.requests && *view.requests > 0) {
    view.errors = at(signals.call_errors, view.name).value_or(0) / *view.requests;
  }
}

}  // namespace

Answered<promql::Value> Session::query(std::string_view expression, Time at, promql::Annotations* annotations) const {
  const promql::Options options = engine_of(*scenario_);
  auto parsed_expression = parsed(expression, options);
  if (!parsed_expression) return std::unexpected(parsed_expression.error());
  Budget budget;
  const PastSeries past(series(), budget);
  promql::Query query(*parsed_expression, past, options);
  auto value = query.at(std::min(at, now()), annotations);
  if (budget.exceeded()) return refuse(budget.summary(), kSmaller);
  if (!value) return refuse(value.error(), std::string(promql::remedy_for_bound(value.error())));
  return *std::move(value);
}

Answered<promql::Matrix> Session::query_range(std::string_view expression, Time from, Time to, Duration step,
                                              promql::Annotations* annotations) const {
  const promql::Options options = engine_of(*scenario_);
  if (step <= Duration(0)) {
    return refuse("zero or negative query resolution step widths are not accepted. Try a positive integer", "as 30s",
                  "bad_data");
  }
  if (to < from) return refuse("end timestamp must not be before start time", "exchange the two times", "bad_data");
  if ((to - from) / step > kMostPoints) {
    return refuse(
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
        kSmaller, "bad_data");
  }
  auto parsed_expression = parsed(expression, options);
  if (!parsed_expression) return std::unexpected(parsed_expression.error());
  const promql::ValueType type = (*parsed_expression)->type;
  if (type != promql::ValueType::vector && type != promql::ValueType::scalar) {
    return refuse(
        format("invalid expression type \"{}\" for range query, must be Scalar or instant Vector", to_string(type)), "",
        "bad_data");
  }
  Budget budget;
  const PastSeries past(series(), budget);
  promql::Query query(*parsed_expression, past, options);
  auto matrix = query.range(from, to, step, annotations);
  if (budget.exceeded()) return refuse(budget.summary(), kSmaller);
  if (!matrix) return refuse(matrix.error(), std::string(promql::remedy_for_bound(matrix.error())));
  return *std::move(matrix);
}

std::vector<ServiceView> Session::services() const {
  const fake_services::Topology& topology = scenario_->topology;
  const fake_services::World& world = run_->inside().world;
  const Signals signals = signals_of(*this);
  std::vector<ServiceView> out;
  for (std::size_t i = 0; i < topology.services.size(); ++i) {
    const fake_services::ServiceSpec& service = topology.services[i];
    ServiceView view{.name = service.name, .entry_point = service.traffic.has_value(), .third_party = service.external};
    for (const fake_services::DependencySpec& each : service.dependencies) view.calls.push_back(each.name);
    for (const fake_services::ServiceSpec& other : topology.services) {
      const bool calls = std::ranges::any_of(other.dependencies, [&](const auto& d) { return d.name == service.name; });
      if (calls) view.called_by.push_back(other.name);
    }
    if (!service.external) {
      view.wanted = static_cast<int>(world.wanted_replicas(i));
      view.ready = static_cast<int>(world.ready_replicas(i));
    }
    add_signals(signals, view);
    view.health = health_of(view);
    out.push_back(std::move(view));
  }
  return out;
}

}  // namespace firedrill::console
