#include "reports/signals.h"

#include <algorithm>

#include "base/maths.h"
#include "base/text/format.h"
#include "incident/slo/slo.h"
#include "incident/truth.h"
#include "record/record.h"
#include "reports/html/sections.h"
#include "reports/saturation.h"

namespace firedrill::reports {
namespace {

using record::Record;
using record::TruthMinute;

double peak_of(const Line& line) {
  double peak = -maths::infinity();
  for (const double value : line.values) {
    if (maths::is_finite(value)) peak = std::max(peak, value);
  }
  return peak;
}

// The lines that reach highest; what they are is told in the order of their names.
void keep_highest(Chart& chart, std::vector<std::string>& left_out) {
  std::erase_if(chart.lines, [](const Line& line) { return !maths::is_finite(peak_of(line)); });
  if (chart.lines.size() <= kMostLines) return;
  std::ranges::stable_sort(chart.lines, [](const Line& a, const Line& b) { return peak_of(a) > peak_of(b); });
  left_out.push_back(format("{} of {} lines of “{}”, those with the lowest peaks", chart.lines.size() - kMostLines,
                            chart.lines.size(), chart.title));
  chart.lines.resize(kMostLines);
  std::ranges::sort(chart.lines, {}, &Line::name);
}

double higher(double a, double b) {
  return maths::is_nan(a) || b > a ? b : a;
}

// Of a slice the worst minute: what is looked for would vanish in the mean of hours.
Chart latency(const Record& record, const Slices& slices) {
  Chart chart = html::chart_over_run(record, slices, "latency", "Latency at the entry points", Unit::seconds);
  chart.logarithmic = true;
  chart.lines = {{"p50", {}}, {"p95", {}}, {"p99", {}}};
  for (const auto& minutes : slices.minutes) {
    double p50 = maths::nan(), p95 = maths::nan(), p99 = maths::nan();
    for (std::size_t i = minutes.first; i <= minutes.last; ++i) {
      const TruthMinute minute = incident::entry_traffic(record, {i, i});
      if (minute.requests <= 0) continue;
      p50 = higher(p50, minute.p50_s);
      p95 = higher(p95, minute.p95_s);
      p99 = higher(p99, minute.p99_s);
    }
    chart.lines[0].values.push_back(p50);
    chart.lines[1].values.push_back(p95);
    chart.lines[2].values.push_back(p99);
  }
  for (const auto& slo : record.declared.slos) {
    if (slo.sli == record::SliKind::latency) chart.levels.push_back({to_seconds(slo.threshold), slo.name});
  }
  chart.description = "Median, 95th and 99th percentile of the response time, on a logarithmic axis.";
  return chart;
}

// A line for each service whose truth was kept; entry points are marked as such.
Chart by_truth(const Record& record, Chart chart, const auto& value_of) {
  for (const auto& truth : record.truth) {
    Line line{truth.service + (truth.entry_point ? " (entry)" : ""), {}};
    for (std::size_t i = 0; i < chart.slices.minutes.size(); ++i) {
      const auto& minutes = chart.slices.minutes[i];
      const Time end = std::min(chart.slices.end(i), std::max(record.judged_to, chart.slices.start(i) + 1s));
      line.values.push_back(value_of(truth, minutes, to_seconds(end - chart.slices.start(i))));
    }
    chart.lines.push_back(std::move(line));
  }
  std::ranges::stable_partition(chart.lines, [](const Line& line) { return line.name.ends_with("(entry)"); });
  return chart;
}

Chart traffic(const Record& record, const Slices& slices) {
  Chart chart = html::chart_over_run(record, slices, "traffic", "Traffic", Unit::per_second);
  chart.description = "Requests per second, by service.";
  return by_truth(record, std::move(chart),
                  [](const record::ServiceTruth& truth, const incident::MinuteRange& minutes, double seconds) {
                    double requests = 0;
                    for (std::size_t i = minutes.first; i <= minutes.last && i < truth.minutes.size(); ++i)
                      requests += truth.minutes[i].requests;
                    return requests / seconds;
                  });
}

Chart errors(const Record& record, const Slices& slices) {
  Chart chart = html::chart_over_run(record, slices, "errors", "Errors", Unit::ratio);
  chart.description = "Share of the requests that failed, by service.";
  chart.filled = true;
  return by_truth(record, std::move(chart),
                  [](const record::ServiceTruth& truth, const incident::MinuteRange& minutes, double) {
                    double worst = maths::nan();
                    for (std::size_t i = minutes.first; i <= minutes.last && i < truth.minutes.size(); ++i) {
                      const TruthMinute& minute = truth.minutes[i];
                      if (minute.requests > 0) worst = higher(worst, minute.errors / minute.requests);
                    }
                    return worst;
                  });
}

Chart pools(const Record& record, const tsdb::Store& series, const Slices& slices) {
  Chart chart = html::chart_over_run(record, slices, "pools", "Saturation: connection pools", Unit::ratio);
  chart.description = "Share of each pool's connections that are in use.";
  chart.lines = by_dependency(series, "connection_pool_in_use", slices);
  const std::vector<Line> most = by_dependency(series, "connection_pool_max", slices);
  for (Line& line : chart.lines) {
    const auto limit = std::ranges::find(most, line.name, &Line::name);
    for (std::size_t i = 0; i < line.values.size(); ++i) {
      const double max = limit == most.end() ? maths::nan() : limit->values[i];
      line.values[i] = max > 0 ? line.values[i] / max : maths::nan();
    }
  }
  return chart;
}

Chart from_series(const Record& record, const tsdb::Store& series, const Slices& slices, std::string id,
                  std::string title, Unit unit, std::string_view metric, Reduction reduction, std::string description) {
  Chart chart = html::chart_over_run(record, slices, std::move(id), std::move(title), unit);
  chart.lines = by_service(series, metric, reduction, slices);
  chart.description = std::move(description);
  return chart;
}

}  // namespace

std::vector<Chart> golden_signals(const Record& record, const tsdb::Store& series, std::vector<std::string>& left_out) {
  const Slices slices = slices_of(record);
  const Slices window = slices_of_window(record);  // of which series know all
  std::vector<Chart> charts;
  if (incident::minute_count(record) > 0) {
    charts.push_back(latency(record, slices));
    charts.push_back(traffic(record, slices));
    charts.push_back(errors(record, slices));
  }
  charts.push_back(pools(record, series, window));
  charts.push_back(from_series(record, series, window, "cpu", "Saturation: CPU", Unit::cores,
                               "process_cpu_seconds_total", Reduction::rate,
                               "Cores in use, by service, all its replicas together."));
  charts.push_back(from_series(record, series, window, "memory", "Saturation: memory", Unit::bytes,
                               "process_resident_memory_bytes", Reduction::last,
                               "Resident memory, by service, all its replicas together."));
  charts.push_back(from_series(record, series, window, "queue", "Saturation: requests queued", Unit::count,
                               "http_requests_queued", Reduction::last, "Requests waiting for a worker, by service."));
  for (Chart& chart : charts) keep_highest(chart, left_out);
  // A queue that was empty all the time is no chart.
  std::erase_if(charts, [](const Chart& chart) {
    return chart.lines.empty() || (chart.id == "queue" && std::ranges::all_of(chart.lines, [](const Line& line) {
                                     return peak_of(line) <= 0;
                                   }));
  });
  return charts;
}

}  // namespace firedrill::reports
