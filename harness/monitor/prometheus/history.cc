#include "monitor/prometheus/history.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/contains.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "tsdb/openmetrics.h"

namespace firedrill::monitor {
namespace {

constexpr std::string_view kAlertsForState = "ALERTS_FOR_STATE";
// What processes say of when something was, or will be.
constexpr std::array<std::string_view, 2> kInstants = {"process_start_time_seconds", "probe_ssl_earliest_cert_expiry"};

// Of an instant in seconds since 1970 the one by the machine's clock.
double on_wall(double seconds, const RunTimes& times) {
  return to_seconds(times.on_wall(Time(from_seconds(seconds))).time_since_epoch());
}

bool is_wall_instant(std::string_view metric, const RunTimes& times) {
  return metric == kAlertsForState || (times.speed == 1 && contains(kInstants, metric));
}

}  // namespace

void write_history(const tsdb::Store& before, const RunTimes& times, const ScaleOfName& scale_of, std::ostream& out) {
  std::string last;
  for (const tsdb::SeriesRef series : tsdb::openmetrics_order(before)) {
    const model::Labels& labels = before.labels(series);
    const std::string name(labels.metric_name());
    if (name != last) out << tsdb::openmetrics_type(name);
    last = name;
    const std::string metric = tsdb::openmetrics_series(labels);
    const SeriesScale scale = scale_of(name);
    const bool instants = is_wall_instant(name, times) || contains(scale.instants_of, labels.get("job"));
    const double less = scale.is == fake_services::MetricScale::request_count ? times.speed : 1;
    for (const model::Sample& sample : before.history(series)) {
      if (is_stale(sample.value)) continue;
      const double value = instants ? on_wall(sample.value, times) : sample.value / less;
      out << format("{} {} {}\n", metric, format_go_f(value), tsdb::openmetrics_time(times.on_wall(sample.t)));
    }
  }
  out << tsdb::kOpenMetricsEnd;
}

// In a run that passes faster the record has the incident's instants throughout.
void take_history(const tsdb::Store& before, const RunTimes& times,
                  std::span<const std::vector<model::Matcher>> selectors, tsdb::Store& store) {
  std::set<tsdb::SeriesRef> wanted;
  for (const auto& matchers : selectors) {
    for (const tsdb::SeriesRef series : before.select(matchers)) wanted.insert(series);
  }
  for (const tsdb::SeriesRef series : wanted) {
    const model::Labels& labels = before.labels(series);
    const bool instants = times.speed == 1 && is_wall_instant(labels.metric_name(), times);
    const tsdb::SeriesRef made = store.series(labels);
    for (const model::Sample& sample : before.history(series)) {
      const bool moved = instants && !is_stale(sample.value);
      store.append(made, sample.t, moved ? on_wall(sample.value, times) : sample.value);
    }
  }
}

}  // namespace firedrill::monitor
