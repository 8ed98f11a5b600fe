#include "console/pages/charts.h"

#include <algorithm>
#include <cstddef>

#include "base/maths.h"

namespace firedrill::console::pages {
namespace {

using reports::Chart;
using reports::Line;

reports::Slices slices_of(const Window& window) {
  reports::Slices out{window.from, window.step, {}};
  const std::size_t count = piece_count(window);
  for (std::size_t i = 0; i < count; ++i) out.minutes.push_back({i, i});
  return out;
}

std::string name_of(const model::Labels& labels, std::string_view each) {
  if (!each.empty()) {
    std::string name(labels.get(each));
    const std::string_view outcome = each == "dependency" ? labels.get("outcome") : std::string_view();
    if (!outcome.empty()) name += format(", {}", outcome);
    if (!name.empty()) return name;
  }
  return labels.empty() ? std::string("value") : labels.to_string();
}

// What all of them have alike says nothing of a line, and makes a long name of it.
model::Labels alike_in(const promql::Matrix& series) {
  model::Labels out;
  if (series.size() < 2) return out;
  for (const model::Label& label : series.front().labels) {
    const bool alike = std::ranges::all_of(
        series, [&](const promql::Series& each) { return each.labels.get(label.name) == label.value; });
    if (alike) out.set(label.name, label.value);
  }
  return out;
}

model::Labels without(model::Labels labels, const model::Labels& those) {
  for (const model::Label& label : those) labels.remove(label.name);
  return labels;
}

double highest(const Line& line) {
  double most = -maths::infinity();
  for (const double value : line.values) {
    if (!maths::is_nan(value)) most = std::max(most, value);
  }
  return most;
}

Chart empty_chart(const View& view, std::string id, std::string title, reports::Unit unit) {
  Chart out;
  out.id = std::move(id);
  out.title = std::move(title);
  out.unit = unit;
  out.from = view.window.from;
  out.to = view.window.to;
  out.slices = slices_of(view.window);
  out.bands = change_marks(view);
  return out;
}

// Those that reach highest are drawn; how many are not is said.
void keep_highest(Chart& chart) {
  const std::size_t all = chart.lines.size();
  if (all <= reports::kMostLines) return;
  std::ranges::stable_sort(chart.lines, std::greater<>(), highest);
  chart.lines.resize(reports::kMostLines);
  std::ranges::stable_sort(chart.lines, {}, &Line::name);
  chart.note = format("the highest {} of {} lines", chart.lines.size(), all);
}

Html made_of(const View& view, const ChartAsk& ask) {
  return html(R"(<p class="made"><a href="{}">query</a> <code>{}</code></p>)", view.to_query(ask.expression),
              ask.expression);
}

}  // namespace

std::size_t piece_count(const Window& window) {
  return static_cast<std::size_t>((window.to - window.from) / window.step) + 1;
}

std::size_t piece_of(const Window& window, Time t) {
  if (t < window.from || t > window.to) return piece_count(window);
  return static_cast<std::size_t>((t - window.from) / window.step);
}

std::vector<reports::Band> change_marks(const View& view) {
  std::vector<reports::Band> out;
  const std::span<const Deed> deeds = view.session().deeds();
  const std::string role = view.session().trainee().role;
  for (const events::Change& change : view.session().changes()) {
    // What the trainee did is marked as theirs.
    const auto is_theirs = [&](const Deed& deed) {
      return deed.at == change.t && change.by == role && deed.what.contains(change.target);
    };
    if (std::ranges::any_of(deeds, is_theirs)) continue;
    out.push_back({change.t, change.t + Duration(1), format("{} {}", change.kind, change.target)});
  }
  for (const Deed& deed : deeds) {
    out.push_back({deed.at, deed.at + Duration(1), format("you: {}", deed.what)});
  }
  return out;
}

Html with_cursor(const Window& window, std::string_view id, const std::string& drawing) {
  return html(R"(<div class="chart-box" data-chart="{}" data-from="{}" data-to="{}" data-step="{}">{}</div>)", id,
              window.from.time_since_epoch().count(), window.to.time_since_epoch().count(), window.step.count(),
              trusted(drawing));
}

Html chart_of(const View& view, const ChartAsk& ask, const promql::Matrix& series) {
  Chart out = empty_chart(view, ask.id, ask.title, ask.unit);
  out.description = format("{} from {} to {}", ask.title, format_clock(out.from), format_clock(out.to));
  const model::Labels alike = ask.each.empty() ? alike_in(series) : model::Labels();
  for (const promql::Series& each : series) {
    Line line{name_of(without(each.labels, alike), ask.each),
              std::vector<double>(out.slices.minutes.size(), maths::nan())};
    for (const model::Sample& sample : each.samples) {
      const std::size_t piece = piece_of(view.window, sample.t);
      if (piece < line.values.size()) line.values[piece] = sample.value;
      line.points.push_back({sample.t, sample.value});
    }
    out.lines.push_back(std::move(line));
  }
  keep_highest(out);
  if (alike.size() > 0) out.note += format("{}all with {}", out.note.empty() ? "" : "; ", alike.to_string());
  out.levels = ask.levels;
  out.shades = ask.shades;
  out.strip = ask.strip;
  return html(R"(<div class="one">{}{}</div>)", with_cursor(view.window, ask.id, reports::draw(out)),
              made_of(view, ask));
}

Html chart(const View& view, const ChartAsk& ask) {
  const auto series = view.session().query_range(ask.expression, view.window.from, view.window.to, view.window.step);
  if (!series) {
    return html(R"(<div class="one"><h3>{}</h3><p class="refused">{}</p>{}</div>)", ask.title, series.error().what,
                made_of(view, ask));
  }
  return series->empty() ? Html() : chart_of(view, ask, *series);
}

Html counts(const View& view, std::string_view id, std::string_view title, std::vector<Counted> lines) {
  Chart out = empty_chart(view, std::string(id), std::string(title), reports::Unit::count);
  out.description = format("{} from {} to {}", title, format_clock(out.from), format_clock(out.to));
  for (Counted& each : lines) out.lines.push_back({std::move(each.name), std::move(each.values)});
  return html(R"(<div class="one">{}</div>)", with_cursor(view.window, id, reports::draw(out)));
}

}  // namespace firedrill::console::pages
