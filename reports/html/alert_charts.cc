// What each alert saw: the compared side of its expression over time, its threshold, and when it was pending and
// firing.
#include <algorithm>
#include <set>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "incident/alerts/alert_match.h"
#include "incident/alerts/alert_view.h"
#include "reports/alert_matrix.h"
#include "reports/escape.h"
#include "reports/html/sections.h"
#include "reports/words.h"

namespace firedrill::reports::html {
namespace {

using incident::AlertView;
using record::AlertRecord;
using record::Record;

constexpr std::size_t kMostAlerts = 10;
constexpr std::size_t kMostSlices = 120;  // several charts stand side by side
constexpr std::size_t kMostViews = 2;     // comparisons of one alert

// Whether there is something to show: it was expected, or it fired or was pending in the judged window.
bool worth_a_chart(const Record& record, const std::string& alert) {
  return std::ranges::any_of(record.alerts,
                             [&](const AlertRecord& a) {
                               return a.alert == alert && a.attribution != "warmup" && a.attribution != "excepted";
                             }) ||
         std::ranges::any_of(record.declared.expectations, [&](const record::Expectation& e) {
           return e.fields.has("alert") && e.fields.text("alert") == alert && e.kind != "dead_mans_switch";
         });
}

// All activations of an alert as one: firing while any instance fires, else pending while any is.
void add_shades(const Record& record, const std::string& alert, Chart& chart) {
  struct Edge {
    Time t;
    int pending, firing;
  };
  std::vector<Edge> edges;
  for (const AlertRecord& a : record.alerts) {
    if (a.alert != alert) continue;
    const Time end = a.resolved_at.value_or(record.judged_to);
    const Time fires = a.firing_at.value_or(end);
    if (a.pending_at && fires > *a.pending_at) {
      edges.push_back({*a.pending_at, 1, 0});
      edges.push_back({fires, -1, 0});
    }
    if (a.firing_at && end > fires) {
      edges.push_back({fires, 0, 1});
      edges.push_back({end, 0, -1});
    }
  }
  std::ranges::stable_sort(edges, {}, &Edge::t);
  int pending = 0, firing = 0;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    pending += edges[i].pending;
    firing += edges[i].firing;
    const Time to = edges[i + 1].t;
    if (to <= edges[i].t || pending + firing == 0) continue;
    const ShadeStyle style = firing > 0 ? ShadeStyle::firing : ShadeStyle::pending;
    if (!chart.shades.empty() && chart.shades.back().style == style && chart.shades.back().to == edges[i].t) {
      chart.shades.back().to = to;
    } else {
      chart.shades.push_back({edges[i].t, to, style});
    }
  }
}

// The one label that tells the lines apart, if there is one; else all in which they differ.
std::string line_name(const AlertView::Line& line, const std::vector<AlertView::Line>& all) {
  const auto tells_apart = [&](std::string_view name) {
    std::set<std::string_view> values;
    return std::ranges::all_of(all, [&](const AlertView::Line& other) {
      return other.labels.has(name) && values.insert(other.labels.get(name)).second;
    });
  };
  for (const std::string_view name : {"service", "instance", "pod", "job"}) {
    if (tells_apart(name)) return std::string(line.labels.get(name));
  }
  std::string out;
  for (const model::Label& label : line.labels) {
    const bool differs = std::ranges::any_of(
        all, [&](const AlertView::Line& other) { return other.labels.get(label.name) != label.value; });
    if (differs) out += (out.empty() ? "" : ", ") + label.value;
  }
  if (out.empty() && !line.labels.empty()) out = line.labels.begin()->value;
  return out.empty() ? "value" : out;
}

bool constant(const std::vector<double>& values) {
  double first = maths::nan();
  for (const double value : values) {
    if (maths::is_nan(value)) continue;
    if (!maths::is_nan(first) && value != first) return false;
    first = value;
  }
  return true;
}

Chart chart_of(const Record& record, const record::RuleRecord& rule, const AlertView& view, const Slices& slices,
               std::string id, std::size_t index) {
  const Unit unit = view.unit == "seconds" ? Unit::seconds : view.unit == "bytes" ? Unit::bytes : Unit::number;
  Chart chart = chart_over_run(record, slices, std::move(id),
                               index == 0 ? rule.name : format("{}, its other condition", rule.name), unit);
  for (const AlertView::Line& line : view.lines) {
    const bool down = view.op != ">" && view.op != ">=" && view.op != "!=";
    chart.lines.push_back({line_name(line, view.lines), line.values, down ? Extreme::lowest : Extreme::highest});
  }
  double threshold = maths::nan();
  for (const double value : view.thresholds) threshold = maths::is_nan(value) ? threshold : value;
  if (constant(view.thresholds) && !maths::is_nan(threshold)) {
    chart.levels.push_back({threshold, format("{} {}", view.op, describe(threshold, unit))});
  } else if (!maths::is_nan(threshold)) {
    chart.lines.push_back({format("threshold ({})", view.op), view.thresholds});
  }
  chart.note = format("{} {} {}{}", view.expression, view.op,
                      constant(view.thresholds) ? describe(threshold, unit) : "a threshold that moves",
                      rule.hold > 0ms ? ", for " + describe_duration(rule.hold) : "");
  chart.description = format("What {} saw: {}.", rule.name, chart.note);
  chart.strip = true;
  add_shades(record, rule.name, chart);
  return chart;
}

}  // namespace

std::string alert_charts(const Record& record, const tsdb::Store& series) {
  const Slices slices = slices_of(record, kMostSlices);
  std::string charts;
  std::size_t shown = 0, left_out = 0;
  std::vector<std::string> dark, seen;
  for (const record::RuleRecord& rule : record.rules) {
    if (!rule.alerting || !worth_a_chart(record, rule.name) || std::ranges::find(seen, rule.name) != seen.end())
      continue;
    seen.push_back(rule.name);
    if (shown == kMostAlerts) {
      ++left_out;
      continue;
    }
    const auto views =
        incident::alert_views(record, rule, series, slices.from, slices.width, slices.minutes.size(), kMostLines - 1);
    if (views.empty()) dark.push_back(rule.name);
    shown += !views.empty();
    for (std::size_t i = 0; i < std::min(views.size(), kMostViews); ++i)
      charts += draw(chart_of(record, rule, views[i], slices, format("alert-{}-{}", shown, i), i));
  }
  if (charts.empty()) return "";
  std::string note =
      slices.words() + format(" The value nearest to firing is drawn, of at most {} series.", kMostLines - 1);
  if (left_out > 0) note += format(" {} more alerts are not shown.", left_out);
  for (const std::string& name : dark)
    note += format(" No comparison of {} with a number can be drawn from what the record keeps.", name);
  return section(
      "sight", "What each alert saw",
      "The expression against its threshold. On the strip below, a thin bar is a pending alert, a full one a firing "
      "one.",
      "<div class=\"charts\">" + charts + "</div>" + format("<p class=\"quiet\">{}</p>", escape_markup(note)));
}

}  // namespace firedrill::reports::html
