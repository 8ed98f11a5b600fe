// The key metrics of incident response, with the targets of the seed's table.
#include <algorithm>

#include "base/duration.h"
#include "base/format.h"
#include "base/numbers.h"
#include "incident/measures.h"

namespace firedrill::incident {
namespace {

struct Mean {
  std::optional<Duration> value;
  bool bound = false;  // a lower bound: some of it is censored
  std::size_t incidents = 0;
};

Mean mean_of(const Record& record, std::string_view name) {
  Duration sum{};
  Mean mean;
  for (const IncidentRecord& incident : record.incidents) {
    const Measure* measure = incident.measure(name);
    if (measure == nullptr || !measure->value) continue;
    sum += *measure->value;
    mean.bound |= measure->censored;
    ++mean.incidents;
  }
  if (mean.incidents > 0) mean.value = sum / static_cast<std::int64_t>(mean.incidents);
  return mean;
}

std::string_view status_below(double value, double target, double threshold) {
  if (value > threshold) return "alert";
  return value < target ? "met" : "missed";
}

KpiRecord time_metric(const Record& record, std::string_view measure, KpiRecord kpi, Duration target,
                      Duration threshold) {
  const Mean mean = mean_of(record, measure);
  kpi.unit = "s";
  kpi.target = "< " + describe_duration(target);
  kpi.threshold = "> " + describe_duration(threshold);
  kpi.status = "none";
  kpi.text = "no incident to measure";
  if (!mean.value) return kpi;
  kpi.value = to_seconds(*mean.value);
  kpi.text = (mean.bound ? "> " : "") + describe_duration(*mean.value);
  kpi.status = status_below(*kpi.value, to_seconds(target), to_seconds(threshold));
  // A lower bound below the target does not show that the target was met.
  if (mean.bound && kpi.status == "met") kpi.status = "missed";
  return kpi;
}

// The seed gives a target for P0 and, by response times, longer ones for lesser severities.
Duration resolve_target(const Record& record) {
  SeverityLevel worst = SeverityLevel::p3;
  for (const IncidentRecord& incident : record.incidents) worst = std::min(worst, incident.peak.value_or(worst));
  switch (worst) {
    case SeverityLevel::p0:
      return 30min;
    case SeverityLevel::p1:
      return 60min;
    case SeverityLevel::p2:
      return 4h;
    case SeverityLevel::p3:
      return 24h;
  }
  return 24h;
}

KpiRecord false_positives(const Record& record) {
  KpiRecord kpi{.name = "FPR",
                .title = "False positive rate",
                .value = {},
                .unit = "ratio",
                .text = "no pages",
                .target = "< 10 %",
                .threshold = "> 20 %",
                .status = "none"};
  double pages = 0;
  double spurious = 0;
  for (const AlertRecord& alert : record.alerts) {
    const bool counts =
        alert.page && alert.firing_at && alert.attribution != "warmup" && alert.attribution != "excepted";
    if (!counts) continue;
    ++pages;
    if (alert.incident.empty()) ++spurious;
  }
  if (pages == 0) return kpi;
  kpi.value = spurious / pages;
  kpi.text = format("{} ({:.0f} of {:.0f} pages)", describe_ratio(*kpi.value), spurious, pages);
  kpi.status = status_below(*kpi.value, 0.10, 0.20);
  return kpi;
}

KpiRecord budget_remaining(const Record& record) {
  KpiRecord kpi{.name = "budget",
                .title = "Error budget remaining",
                .value = {},
                .unit = "ratio",
                .text = "no SLO",
                .target = "> 25 %",
                .threshold = "< 25 %",
                .status = "none"};
  const auto worst = std::ranges::min_element(record.slos, {}, &SloRecord::budget_left);
  if (worst == record.slos.end()) return kpi;
  kpi.value = worst->budget_left;
  kpi.text = format("{} of {}", describe_ratio(worst->budget_left), worst->name);
  kpi.status = worst->budget_left > 0.25 ? "met" : "alert";
  return kpi;
}

KpiRecord postmortems(const Record& record) {
  KpiRecord kpi{.name = "postmortems",
                .title = "Postmortem completion",
                .value = {},
                .unit = "ratio",
                .text = "none due",
                .target = "100 % of P0 and P1",
                .threshold = "any missing",
                .status = "none"};
  const auto due = std::ranges::count_if(record.incidents, [](const IncidentRecord& incident) {
    return incident.peak && *incident.peak <= SeverityLevel::p1;
  });
  if (due > 0) kpi.text = format("{} due; their drafts are in postmortem.md", due);
  return kpi;
}

}  // namespace

std::vector<KpiRecord> key_metrics(const Record& record) {
  KpiRecord mttd;
  mttd.name = "MTTD";
  mttd.title = "Mean time to detect";
  KpiRecord mttr;
  mttr.name = "MTTR";
  mttr.title = "Mean time to resolve";
  const Duration resolve = resolve_target(record);
  return {time_metric(record, "ttd", mttd, 5min, 10min), time_metric(record, "ttr", mttr, resolve, resolve * 3 / 2),
          false_positives(record), budget_remaining(record), postmortems(record)};
}

}  // namespace firedrill::incident
