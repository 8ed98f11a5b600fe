// The key metrics of incident response, with the targets of the seed's table.
#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/measures/measures.h"
#include "incident/measures/targets.h"
#include "incident/notifications/pages.h"

namespace firedrill::incident {
using namespace record;
namespace {

struct Mean {
  std::optional<Duration> value;
  bool bound = false;  // a lower bound: some of it is censored
  std::size_t incidents = 0;
};

Mean mean_of(const Record& record, std::string_view name, bool p0_only = false) {
  Duration sum{};
  Mean mean;
  for (const IncidentRecord& incident : record.incidents) {
    if (p0_only && incident.peak != SeverityLevel::p0) continue;
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

std::string describe(const Mean& mean) {
  return (mean.bound ? "> " : "") + describe_duration(*mean.value);
}

std::string_view status_of(const Mean& mean, const DefaultTarget& target) {
  if (!mean.value) return "none";
  const std::string_view status =
      status_below(to_seconds(*mean.value), to_seconds(target.target), to_seconds(target.alarming));
  // A lower bound below the target does not show that the target was met.
  return mean.bound && status == "met" ? "missed" : status;
}

KpiRecord time_to_detect(const Record& record) {
  const DefaultTarget target = default_target("ttd", std::nullopt).value_or(DefaultTarget{});
  KpiRecord kpi;
  kpi.name = "MTTD";
  kpi.title = "Mean time to detect";
  kpi.unit = "s";
  kpi.target = "< " + describe_duration(target.target);
  kpi.threshold = "> " + describe_duration(target.alarming);
  kpi.text = "no incident to measure";
  const Mean mean = mean_of(record, "ttd");
  kpi.status = status_of(mean, target);
  if (!mean.value) return kpi;
  kpi.value = to_seconds(*mean.value);
  kpi.text = describe(mean);
  return kpi;
}

// The table's only target is that of P0, and its threshold is half as much again: other incidents are measured, and
// held against nothing.
KpiRecord time_to_resolve(const Record& record) {
  const DefaultTarget target = default_target("ttr", SeverityLevel::p0).value_or(DefaultTarget{});
  KpiRecord kpi;
  kpi.name = "MTTR";
  kpi.title = "Mean time to resolve";
  kpi.unit = "s";
  kpi.target = format("P0: < {}", describe_duration(target.target));
  kpi.threshold = format("P0: > {}", describe_duration(target.alarming));
  kpi.text = "no incident to measure";
  const Mean p0 = mean_of(record, "ttr", true);
  kpi.status = status_of(p0, target);
  const Mean all = mean_of(record, "ttr");
  if (!all.value) return kpi;
  kpi.value = to_seconds(*all.value);
  kpi.text = describe(all);
  if (p0.value && p0.incidents < all.incidents) kpi.text += format(", of P0 {}", describe(p0));
  if (!p0.value) kpi.text += ", no P0";
  return kpi;
}

struct PageCount {
  double all = 0;
  double spurious = 0;  // of these: for no incident
};

PageCount count_alerts(const Record& record) {
  PageCount count;
  for (const AlertRecord& alert : record.alerts) {
    if (!alert.is_page() || !is_counted(alert)) continue;
    ++count.all;
    if (alert.incident.empty()) ++count.spurious;
  }
  return count;
}

// Where an Alertmanager groups alerts, a page is what a person is called by, for however many of them.
PageCount count_notifications(const Record& record) {
  PageCount count;
  const Activations activations(record);
  for (const events::Notification* page : pages(record)) {
    const AlertRecord* alert = counted_for(activations, *page);
    if (alert == nullptr) continue;
    ++count.all;
    if (alert->incident.empty()) ++count.spurious;
  }
  return count;
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
  const PageCount pages = record.alertmanager ? count_notifications(record) : count_alerts(record);
  if (pages.all == 0) return kpi;
  kpi.value = pages.spurious / pages.all;
  kpi.text = format("{} ({:.0f} of {:.0f} pages)", describe_ratio(*kpi.value), pages.spurious, pages.all);
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
  return {time_to_detect(record), time_to_resolve(record), false_positives(record), budget_remaining(record),
          postmortems(record)};
}

}  // namespace firedrill::incident
