// targets and metadata.
#include <algorithm>
#include <map>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "console/prometheus_api/answers.h"
#include "console/prometheus_api/parameters.h"
#include "console/prometheus_api/prometheus_api.h"

namespace firedrill::console {
namespace {

struct LastSample {
  Time at{};
  double value = 0;
};

std::optional<LastSample> last_of(const promql::Queryable& series, std::string_view metric,
                                  const model::Labels& target) {
  std::vector<model::Matcher> matchers;
  matchers.push_back(
      *model::Matcher::make(std::string(model::kMetricName), model::MatchOp::equal, std::string(metric)));
  for (const model::Label& label : target) {
    matchers.push_back(*model::Matcher::make(label.name, model::MatchOp::equal, label.value));
  }
  std::optional<LastSample> last;
  for (const promql::SeriesRef ref : series.select(matchers)) {
    const promql::Columns columns = series.samples(ref);
    for (std::size_t i = columns.times.size(); i-- > 0;) {
      if (is_stale(columns.values[i])) continue;
      const Time at{Duration(columns.times[i])};
      if (!last || at > last->at) last = LastSample{at, columns.values[i]};
      break;
    }
  }
  return last;
}

// Of how the last scrape went the series of the scrape tell; of one that came to nothing no more than that.
json::object target_json(const TargetView& target, const Monitoring& monitoring) {
  const std::string url = format("http://{}/metrics", target.instance);
  const std::string interval = format_duration(monitoring.scrape_interval());
  const auto up = last_of(monitoring.series(), "up", target.labels);
  const auto took = last_of(monitoring.series(), "scrape_duration_seconds", target.labels);
  const bool answered = up && up->value == 1;
  return {{"discoveredLabels", json::object{{"__address__", target.instance},
                                            {"__metrics_path__", "/metrics"},
                                            {"__scheme__", "http"},
                                            {"__scrape_interval__", interval},
                                            {"job", target.job}}},
          {"labels", labels_json(target.labels)},
          {"scrapePool", target.job},
          {"scrapeUrl", url},
          {"globalUrl", url},
          {"lastError", up && !answered ? "the scrape failed" : ""},
          {"lastScrape", up ? go_time(up->at) : std::string(kNever)},
          {"lastScrapeDuration", took ? took->value : 0.0},
          {"health", !up        ? "unknown"
                     : answered ? "up"
                                : "down"},
          {"scrapeInterval", interval},
          {"scrapeTimeout", interval}};
}

// A parameter that is a number, or else what to say; `otherwise` if it is not there.
std::expected<std::int64_t, std::string> number_of(const Form& form, std::string_view name, std::int64_t otherwise) {
  const std::string text = form.value(name);
  if (text.empty()) return otherwise;
  const auto number = parse_go_int(text);
  if (!number) return std::unexpected(format("{} must be a number", name));
  return *number;
}

}  // namespace

http::Response PrometheusApi::targets(const http::Request& request, Segments) const {
  const Form form = Form::of(request);
  std::string state = form.value("state");
  std::ranges::transform(state, state.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const bool active = state.empty() || state == "any" || state == "active";
  const bool dropped = state.empty() || state == "any" || state == "dropped";
  const std::string pool = form.value("scrapePool");
  json::array targets;
  json::object counts;
  for (const TargetView& target : monitoring_.targets()) {
    counts[target.job] = 0;
    if (active && (pool.empty() || pool == target.job)) targets.push_back(target_json(target, monitoring_));
  }
  json::object data{{"activeTargets", std::move(targets)}, {"droppedTargets", json::array()}};
  if (dropped) data["droppedTargetCounts"] = std::move(counts);
  if (!dropped) data["droppedTargetCounts"] = nullptr;
  return api_data(std::move(data));
}

http::Response PrometheusApi::metadata(const http::Request& request, Segments) const {
  const Form form = Form::of(request);
  const auto limit = number_of(form, "limit", -1);
  if (!limit) return api_fault(ApiFault::bad_data, limit.error());
  const auto per_metric = number_of(form, "limit_per_metric", -1);
  if (!per_metric) return api_fault(ApiFault::bad_data, per_metric.error());
  const std::string metric = form.value("metric");
  std::map<std::string, json::array> found;
  for (const MetricView& each : monitoring_.metrics()) {
    if (!metric.empty() && metric != each.name) continue;
    json::array& of = found[each.name];
    if (*per_metric > 0 && std::cmp_greater_equal(of.size(), *per_metric)) continue;
    of.push_back(json::object{{"type", std::string(to_string(each.type))}, {"help", each.help}, {"unit", ""}});
  }
  json::object data;
  for (auto& [name, entries] : found) {
    if (*limit >= 0 && std::cmp_greater_equal(data.size(), *limit)) break;
    data[name] = std::move(entries);
  }
  return api_data(std::move(data));
}

}  // namespace firedrill::console
