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
using record::RuleRecord;

constexpr std::size_t kMostQuiet = 10;       // rules that did not fire
constexpr std::size_t kMostBytes = 500'000;  // of all charts; a page is to stay below a megabyte
constexpr std::size_t kMostSlices = 120;     // several charts stand side by side
constexpr std::size_t kMostViews = 6;        // comparisons of one rule

// An alert of the rule that the chart is for: not one of the warm-up, nor one that may always fire.
bool counts(const Record& record, const RuleRecord& rule, const AlertRecord& alert) {
  return alert.attribution != "warmup" && alert.attribution != "excepted" && incident::raised_by(record, rule, alert);
}

bool changed(const Record& record, const RuleRecord& rule, bool to_firing) {
  return std::ranges::any_of(record.alerts, [&](const AlertRecord& alert) {
    return (alert.firing_at || !to_firing) && counts(record, rule, alert);
  });
}

// Whether an expectation may speak of the rule's alerts.
bool expected(const Record& record, const RuleRecord& rule) {
  const auto may_be = [&](std::string_view name, std::string_view value) {
    const std::string_view own = rule.labels.get(name);
    return own.empty() || own == value || own.find("{{") != std::string_view::npos;
  };
  return std::ranges::any_of(record.declared.expectations, [&](const record::Expectation& e) {
    if (!e.fields.has("alert") || e.fields.text("alert") != rule.name || e.kind == "dead_mans_switch") return false;
    return (!e.fields.has("severity") || may_be("severity", e.fields.text("severity"))) &&
           std::ranges::all_of(e.fields.text_map("labels"),
                               [&](const auto& label) { return may_be(label.first, label.second); });
  });
}

// The rules that have something to show: first those that fired, then those that only were pending or were expected.
struct Chosen {
  const RuleRecord* rule;
  bool fired;
};
std::vector<Chosen> chosen_rules(const Record& record) {
  std::vector<Chosen> chosen;
  for (const bool fired : {true, false}) {
    for (const RuleRecord& rule : record.rules) {
      if (!rule.alerting || changed(record, rule, true) != fired) continue;
      if (fired || changed(record, rule, false) || expected(record, rule)) chosen.push_back({&rule, fired});
    }
  }
  return chosen;
}

// Its name, and of several rules of that name what tells it from the others: labels, else its group or its place.
std::string title_of(const Record& record, const RuleRecord& rule) {
  std::vector<const RuleRecord*> namesakes;
  for (const RuleRecord& other : record.rules) {
    if (other.alerting && other.name == rule.name) namesakes.push_back(&other);
  }
  if (namesakes.size() < 2) return rule.name;
  const auto differs = [&](const auto& of) {
    return std::ranges::any_of(namesakes, [&](const RuleRecord* other) { return of(*other) != of(rule); });
  };
  std::string told;
  for (const model::Label& label : rule.labels) {
    if (differs([&](const RuleRecord& of) { return std::string(of.labels.get(label.name)); }))
      told += (told.empty() ? "" : ", ") + label.value;
  }
  if (told.empty() && differs([](const RuleRecord& of) { return of.group; })) told = rule.group;
  if (told.empty()) {
    const auto place = std::ranges::find(namesakes, &rule) - namesakes.begin();
    told = format("{} of {}", place + 1, namesakes.size());
  }
  return format("{} ({})", rule.name, told);
}

// All activations of a rule's alerts as one: firing while any instance fires, else pending while any is.
void add_shades(const Record& record, const RuleRecord& rule, Chart& chart) {
  struct Edge {
    Time t;
    int pending, firing;
  };
  std::vector<Edge> edges;
  for (const AlertRecord& a : record.alerts) {
    if (!incident::raised_by(record, rule, a)) continue;
    const Time end = a.resolved_at ? *a.resolved_at : a.forgotten_at.value_or(record.judged_to);
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
  if (line.others > 0) return format("the nearest of {} others", line.others);
  const auto tells_apart = [&](std::string_view name) {
    std::set<std::string_view> values;
    return std::ranges::all_of(all, [&](const AlertView::Line& other) {
      return other.others > 0 || (other.labels.has(name) && values.insert(other.labels.get(name)).second);
    });
  };
  for (const std::string_view name : {"service", "instance", "pod", "job"}) {
    if (tells_apart(name)) return std::string(line.labels.get(name));
  }
  std::string out;
  for (const model::Label& label : line.labels) {
    const bool differs = std::ranges::any_of(all, [&](const AlertView::Line& other) {
      return other.others == 0 && other.labels.get(label.name) != label.value;
    });
    if (differs) out += (out.empty() ? "" : ", ") + label.value;
  }
  if (out.empty() && !line.labels.empty()) out = line.labels.begin()->value;
  return out.empty() ? "value" : out;
}

Line line_of(const AlertView& view, const AlertView::Line& line) {
  const bool down = view.op != ">" && view.op != ">=" && view.op != "!=";
  Line drawn{view.unit == "series" ? "series" : line_name(line, view.lines),
             line.values,
             down ? Extreme::lowest : Extreme::highest,
             {}};
  for (const AlertView::Point& point : line.points) drawn.points.push_back({point.t, point.value});
  return drawn;
}

Chart chart_of(const Record& record, const RuleRecord& rule, const AlertView& view, const Slices& slices,
               std::string id, std::size_t index) {
  const Unit unit = view.unit == "seconds" ? Unit::seconds : view.unit == "bytes" ? Unit::bytes : Unit::number;
  const std::string title = title_of(record, rule);
  Chart chart = chart_over_run(record, slices, std::move(id),
                               index == 0   ? title
                               : index == 1 ? title + ", its other condition"
                                            : format("{}, its condition {}", title, index + 1),
                               unit);
  for (const AlertView::Line& line : view.lines) chart.lines.push_back(line_of(view, line));
  const std::string limit = view.threshold_moves ? "a threshold that moves" : describe(view.threshold, unit);
  if (view.threshold_moves) {
    chart.lines.push_back({format("threshold ({})", view.op), view.thresholds});
    for (const AlertView::Point& point : view.threshold_points)
      chart.lines.back().points.push_back({point.t, point.value});
  } else if (!maths::is_nan(view.threshold)) {
    chart.levels.push_back({view.threshold, format("{} {}", view.op, limit)});
  }
  chart.note = view.unit == "series" ? format("how many series {} gives, {} {}", view.expression, view.op, limit)
                                     : format("{} {} {}", view.expression, view.op, limit);
  if (rule.hold > 0ms) chart.note += ", for " + describe_duration(rule.hold);
  if (view.looked_every > rule.interval) {
    chart.note +=
        format("; looked at every {} only, and when an alert of it changed", describe_duration(view.looked_every));
  }
  chart.description = format("What {} saw: {}.", title, chart.note);
  chart.strip = true;
  add_shades(record, rule, chart);
  return chart;
}

std::string note_of(const Slices& slices) {
  return format(
      "Of each {} the value nearest to firing is drawn and the one farthest from it, and what the rule saw when an "
      "alert of it became pending, fired or was about to be resolved; the tables hold the nearest. Of more than {} "
      "series, the {} that came nearest are drawn apart.",
      slices.width == 1min ? "minute" : describe_duration(slices.width), kMostLines - 1, kMostLines - 2);
}

std::string listed(std::string_view words, const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return names.empty() ? "" : format(" {}: {}.", words, out);
}

}  // namespace

std::string alert_charts(const Record& record, const tsdb::Store& series) {
  const Slices slices = slices_of_window(record, kMostSlices);
  const incident::ViewWindow window{slices.from, slices.width, slices.minutes.size(), kMostLines - 1};
  std::string charts;
  std::size_t shown = 0, quiet = 0;
  std::vector<std::string> dark, left_out;
  for (const auto& [rule, fired] : chosen_rules(record)) {
    if (charts.size() > kMostBytes || (!fired && quiet == kMostQuiet)) {
      left_out.push_back(title_of(record, *rule));
      continue;
    }
    const auto views = incident::alert_views(record, *rule, series, window);
    if (views.empty()) {
      dark.push_back(title_of(record, *rule));
      continue;
    }
    ++shown;
    quiet += !fired;
    for (std::size_t i = 0; i < std::min(views.size(), kMostViews); ++i)
      charts += draw(chart_of(record, *rule, views[i], slices, format("alert-{}-{}", shown, i), i));
  }
  if (charts.empty()) return "";
  const std::string note = note_of(slices) + listed("There is no room for", left_out) +
                           listed("What the record keeps does not show what these saw", dark);
  return section(
      "sight", "What each alert saw",
      "The expression against its threshold. On the strip below, a thin bar is a pending alert, a full one a firing "
      "one.",
      "<div class=\"charts\">" + charts + "</div>" + format("<p class=\"quiet\">{}</p>", escape_markup(note)));
}

}  // namespace firedrill::reports::html
