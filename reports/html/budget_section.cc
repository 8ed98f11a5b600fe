// Error budgets: what is left of each over time, and how fast it burned against the thresholds of the usual alerts.
#include <algorithm>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/slo/burn_alerts.h"
#include "incident/slo/error_budget.h"
#include "incident/truth.h"
#include "record/record.h"
#include "reports/escape.h"
#include "reports/html/sections.h"

namespace firedrill::reports::html {
namespace {

using incident::ErrorBudget;
using record::Record;
using record::Slo;

constexpr std::size_t kMostSlos = 4;
constexpr std::size_t kMostSlices = 120;
constexpr double kLeastRate = 0.1;  // a tenth of what the budget allows is as good as nothing

double least_left(const ErrorBudget& budget, const incident::MinuteRange& minutes) {
  double least = 1;
  for (std::size_t m = minutes.first; m <= minutes.last && m < budget.minutes(); ++m)
    least = std::min(least, budget.left(m));
  return least;
}

Chart remaining(const Record& record, const Slo& slo, const ErrorBudget& budget, const Slices& slices,
                std::size_t index) {
  Chart chart = chart_over_run(record, slices, format("budget-{}", index), "Budget left: " + slo.name, Unit::ratio);
  chart.filled = true;
  Line left{"left", {}};
  for (const auto& minutes : slices.minutes) left.values.push_back(least_left(budget, minutes));
  chart.lines.push_back(std::move(left));
  chart.lines.front().extreme = Extreme::lowest;
  chart.levels.push_back({0.25, "25 %: alarming"});
  chart.whole = true;
  chart.note = format("of {} that {} over {} allow", describe_duration(slo.budget()), describe_share(slo.objective),
                      describe_duration(slo.window));
  if (slo.window < record.judged_to - record.judged_from)
    chart.note += format("; what is older than {} goes back", describe_duration(slo.window));
  chart.description = format("Share of the error budget of {} that is left, {}.", slo.name, chart.note);
  return chart;
}

// The fastest of a slice's minutes.
double fastest(const ErrorBudget& budget, const incident::MinuteRange& minutes, Duration window) {
  double most = 0;
  for (std::size_t m = minutes.first; m <= minutes.last && m < budget.minutes(); ++m)
    most = std::max(most, budget.burn_rate(m, window));
  return most;
}

Chart burning(const Record& record, const Slo& slo, const ErrorBudget& budget, const Slices& slices,
              std::size_t index) {
  Chart chart = chart_over_run(record, slices, format("burn-{}", index), "Burn rate: " + slo.name, Unit::times);
  chart.logarithmic = true;
  chart.least = kLeastRate;
  std::vector<Duration> windows{5min};
  for (const incident::BurnCondition& condition : incident::burn_conditions(slo)) {
    if (!condition.page) continue;
    windows.push_back(condition.long_window);
    chart.levels.push_back(
        {condition.factor, format("pages above {:.4g} over {} and {}", condition.factor,
                                  format_duration(condition.long_window), format_duration(condition.short_window))});
  }
  for (const Duration window : windows) {
    Line line{"over " + format_duration(window), {}};
    for (const auto& minutes : slices.minutes) line.values.push_back(fastest(budget, minutes, window));
    chart.lines.push_back(std::move(line));
  }
  chart.note = "1 × spends exactly the budget; on a logarithmic axis";
  chart.description = format("How many times faster than allowed the error budget of {} burned.", slo.name);
  return chart;
}

}  // namespace

std::string budgets(const Record& record) {
  if (incident::minute_count(record) == 0) return "";
  const Slices slices = slices_of(record, kMostSlices);
  std::string charts;
  std::size_t shown = 0, left_out = 0;
  for (const Slo& slo : record.declared.slos) {
    const ErrorBudget budget(record, slo);
    if (!budget.has_requests()) continue;
    if (shown == kMostSlos) {
      ++left_out;
      continue;
    }
    charts += draw(remaining(record, slo, budget, slices, shown)) + draw(burning(record, slo, budget, slices, shown));
    ++shown;
  }
  if (charts.empty()) return "";
  std::string note =
      slices.words() + (slices.width > 1min ? " Of what is left the least is drawn, of burn rates the fastest." : "") +
      " Counted over all requests of the world; what of a window lies before the run counts as time with "
      "the same traffic and no failure.";
  if (left_out > 0) note += format(" {} more objectives are not drawn.", left_out);
  return section(
      "budgets", "Error budgets", "",
      "<div class=\"charts\">" + charts + "</div>" + format("<p class=\"quiet\">{}</p>", escape_markup(note)));
}

}  // namespace firedrill::reports::html
