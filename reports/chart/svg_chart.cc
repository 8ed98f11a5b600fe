#include "reports/chart/svg_chart.h"

#include <algorithm>
#include <array>

#include "base/maths.h"
#include "base/text/format.h"
#include "reports/chart/axis.h"
#include "reports/chart/wide.h"
#include "reports/escape.h"

namespace firedrill::reports {
namespace {

constexpr double kWidth = 560;
constexpr double kHeight = 236;
constexpr double kStrip = 15;
constexpr Frame kFrame{58, 22, kWidth - 22, kHeight - 26};

TimeScale time_scale(const Chart& chart) {
  return TimeScale(chart.from, chart.to, kFrame.left, kFrame.right);
}

BandLabels labels_of(const Chart& chart) {
  return BandLabels(chart.bands, time_scale(chart), kFrame.left, kWidth - 4);
}

// What lies between the axes; rows of labels above it make the whole higher.
Frame axes_of(const Chart& chart) {
  Frame frame = kFrame;
  frame.top += labels_of(chart).extra_height();
  frame.bottom += labels_of(chart).extra_height();
  return frame;
}

// A strip takes its room from the plot.
Frame frame_of(const Chart& chart) {
  Frame frame = axes_of(chart);
  if (chart.strip) frame.bottom -= kStrip + 3;
  return frame;
}

struct Stroke {
  const char* colour;
  const char* dashes;
};
// Told apart without colour too. The dark scheme's colours are in the style sheet, by class.
constexpr std::array<Stroke, kMostLines> kStrokes{{{"#1d4ed8", ""},
                                                   {"#c2410c", "7 3"},
                                                   {"#6d28d9", "2 3"},
                                                   {"#0f766e", "10 3 2 3"},
                                                   {"#a16207", "4 2"},
                                                   {"#be185d", "1 2"}}};

std::string dash_of(std::size_t line) {
  const std::string_view dashes = kStrokes[line].dashes;
  return dashes.empty() ? "" : format(" stroke-dasharray=\"{}\"", dashes);
}

struct Extent {
  double low = maths::infinity();
  double high = -maths::infinity();
  bool endless = false;  // some value is infinite
  void take(double value, bool above_zero) {
    endless |= !maths::is_nan(value) && !maths::is_finite(value);
    if (!maths::is_finite(value) || (above_zero && value <= 0)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

Scale value_scale(const Chart& chart) {
  const Frame frame = frame_of(chart);
  Extent extent;
  if (chart.least > 0) extent.take(chart.least, true);
  if (chart.whole) extent.take(1, false);
  for (const Line& line : chart.lines) {
    for (const double value : line.values)
      extent.take(chart.logarithmic ? std::max(value, chart.least) : value, chart.logarithmic);
    for (const Point& point : line.points) extent.take(point.value, chart.logarithmic);
  }
  for (const Level& level : chart.levels) extent.take(level.value, chart.logarithmic);
  if (extent.low > extent.high) extent = {0, 1, extent.endless};
  // An infinite value lies at the end of the axis, which must be beyond every level.
  if (extent.endless) extent.high *= extent.high > 0 ? 1.25 : 0.8;
  if (chart.logarithmic && extent.low > 0) return Scale::logarithmic(extent.low, extent.high, frame.bottom, frame.top);
  return Scale::linear(extent.low, extent.high, chart.unit, frame.bottom, frame.top);
}

// Where a line goes: through its points, or the middle of each slice.
std::vector<Point> points_of(const Line& line, const Chart& chart) {
  if (!line.points.empty()) return line.points;
  std::vector<Point> points;
  for (std::size_t i = 0; i < line.values.size(); ++i)
    points.push_back({chart.slices.start(i) + chart.slices.width / 2, line.values[i]});
  return points;
}

// A gap in the values is a gap in the line; one value between two gaps is a dot.
std::string path_of(const std::vector<Point>& points, const TimeScale& x, const Scale& y) {
  std::string path;
  std::string last;
  std::size_t drawn = 0;  // since the last gap
  const auto end_of_stretch = [&] {
    if (drawn == 1) path += "h0.1";
    drawn = 0;
  };
  for (const Point& point : points) {
    if (maths::is_nan(point.value)) {
      end_of_stretch();
      continue;
    }
    const std::string place = format("{} {}", pixel(x(point.t)), pixel(y(point.value)));
    if (drawn > 0 && place == last) continue;
    path += (drawn > 0 ? "L" : "M") + place;
    last = place;
    ++drawn;
  }
  end_of_stretch();
  return path;
}

std::string area_of(const std::string& path, const Chart& chart, const TimeScale& x) {
  if (path.empty() || chart.lines[0].values.empty() || path.find('M', 1) != std::string::npos) return "";
  const double first = x(chart.slices.start(0) + chart.slices.width / 2);
  const double last = x(chart.slices.start(chart.lines[0].values.size() - 1) + chart.slices.width / 2);
  const double bottom = frame_of(chart).bottom;
  return format("<path class=\"area s0\" d=\"{}L{} {}L{} {}Z\" fill=\"{}\" fill-opacity=\"0.12\"/>", path, pixel(last),
                pixel(bottom), pixel(first), pixel(bottom), kStrokes[0].colour);
}

// Levels at one height share a line and a label.
std::vector<Level> merged(const std::vector<Level>& levels) {
  std::vector<Level> out;
  for (const Level& level : levels) {
    const auto same = std::ranges::find(out, level.value, &Level::value);
    if (same == out.end()) {
      out.push_back(level);
    } else {
      same->label += ", " + level.label;
    }
  }
  return out;
}

std::string draw_levels(const Chart& chart, const Scale& y) {
  const double top = frame_of(chart).top;
  std::string out;
  std::vector<double> right;  // heights of the labels at the right end; of two close ones the second is at the left
  for (const Level& level : merged(chart.levels)) {
    const double at = y(level.value);
    out += format(
        "<line class=\"level\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\" stroke=\"#b91c1c\" stroke-dasharray=\"5 4\"/>",
        pixel(kFrame.left), pixel(kFrame.right), pixel(at), pixel(at));
    const double base = at > top + 16 ? at - 5 : at + 13;
    const bool taken = std::ranges::any_of(right, [&](double other) { return other - base < 12 && base - other < 12; });
    if (!taken) right.push_back(base);
    out += format("<text class=\"level-text\" x=\"{}\" y=\"{}\"{} font-size=\"11\" fill=\"#b91c1c\">{}</text>",
                  pixel(taken ? kFrame.left + 4 : kFrame.right - 4), pixel(base), taken ? "" : " text-anchor=\"end\"",
                  escape_markup(level.label));
  }
  return out;
}

// With the day where the axis spans several.
std::string clock_on(const TimeScale& x, Time t) {
  const std::string day = x.to() - x.from() > 24h ? format_instant(t).substr(5, 5) + " " : "";
  return day + format_clock(t);
}

// A tint over the plot's height and a bar on the strip below it; both say in words what they are.
std::string draw_shades(const Chart& chart, const TimeScale& x) {
  const Frame frame = frame_of(chart);
  std::string out =
      format("<rect class=\"strip-ground\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#eef0f3\"/>",
             pixel(frame.left), pixel(frame.bottom + 3), pixel(frame.right - frame.left), pixel(kStrip));
  for (const Shade& shade : chart.shades) {
    if (shade.to < x.from() || shade.from > x.to()) continue;
    const bool firing = shade.style == ShadeStyle::firing;
    const std::string_view word = firing ? "firing" : "pending";
    const double left = x(shade.from), width = std::max(x(shade.to) - x(shade.from), 1.5);
    out += format(
        "<g><title>{0} {1} to {2}</title><rect class=\"tint-{0}\" x=\"{3}\" y=\"{4}\" width=\"{5}\" height=\"{6}\" "
        "fill=\"{7}\" fill-opacity=\"0.13\"/>",
        word, clock_on(x, shade.from), clock_on(x, shade.to), pixel(left), pixel(frame.top), pixel(width),
        pixel(frame.bottom - frame.top), firing ? "#b45309" : "#eab308");
    // Pending is the thinner bar: told apart without colour.
    const double height = firing ? kStrip : kStrip * 0.4;
    out += format("<rect class=\"b-{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\" fill=\"{}\"/>",
                  firing ? "firing" : "waiting", pixel(left), pixel(frame.bottom + 3 + kStrip - height), pixel(width),
                  pixel(height), firing ? "#b45309" : "#ca8a04");
    if (firing && width > 40) {
      out += format("<text class=\"b-firing-text\" x=\"{}\" y=\"{}\" font-size=\"10.5\" fill=\"#ffffff\">{}</text>",
                    pixel(left + 5), pixel(frame.bottom + kStrip - 1), word);
    }
    out += "</g>";
  }
  if (chart.shades.empty()) {
    out += format(
        "<text class=\"tick\" x=\"{}\" y=\"{}\" font-size=\"10.5\" fill=\"#4b5563\">neither pending nor "
        "firing</text>",
        pixel(frame.left + 5), pixel(frame.bottom + kStrip - 1));
  }
  return out;
}

std::string svg_of(const Chart& chart) {
  const Frame frame = frame_of(chart);
  const BandLabels labels = labels_of(chart);
  const TimeScale x = time_scale(chart);
  const Scale y = value_scale(chart);
  std::string out = format(
      "<svg class=\"chart\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\" aria-labelledby=\"{2}-t "
      "{2}-d\">"
      "<title id=\"{2}-t\">{3}</title><desc id=\"{2}-d\">{4}</desc>",
      pixel(kWidth), pixel(kHeight + labels.extra_height()), chart.id, escape_markup(chart.title),
      escape_markup(chart.description));
  out += draw_bands(chart.bands, labels, x, frame.top, frame.bottom);
  if (chart.strip) out += draw_shades(chart, x);
  out += value_axis(y, chart.unit, frame) + time_axis(x, axes_of(chart), 8, false);
  out += draw_levels(chart, y);
  for (std::size_t i = 0; i < std::min(chart.lines.size(), kMostLines); ++i) {
    const std::string path = path_of(points_of(chart.lines[i], chart), x, y);
    if (i == 0 && chart.filled) out += area_of(path, chart, x);
    if (!path.empty()) {
      out += format(
          "<path class=\"line s{}\" d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.8\" "
          "stroke-linejoin=\"round\"{}/>",
          i, path, kStrokes[i].colour, dash_of(i));
    }
  }
  return out + "</svg>";
}

// NaN if the line has no value.
double extreme_of(const Line& line) {
  double found = maths::nan();
  for (const double value : line.values) {
    if (maths::is_nan(value)) continue;
    const bool further = line.extreme == Extreme::lowest ? value < found : value > found;
    if (maths::is_nan(found) || further) found = value;
  }
  return found;
}

std::string legend_of(const Chart& chart) {
  std::string out = "<ul class=\"legend\">";
  for (std::size_t i = 0; i < std::min(chart.lines.size(), kMostLines); ++i) {
    out += format(
        "<li><svg width=\"26\" height=\"10\" aria-hidden=\"true\"><path class=\"line s{}\" d=\"M1 5L25 5\" "
        "fill=\"none\" stroke=\"{}\" "
        "stroke-width=\"2\"{}/></svg> {} <span class=\"quiet\">{} {}</span></li>",
        i, kStrokes[i].colour, dash_of(i), escape_markup(chart.lines[i].name),
        chart.lines[i].extreme == Extreme::lowest ? "lowest" : "peak",
        escape_markup(describe(extreme_of(chart.lines[i]), chart.unit)));
  }
  return out + "</ul>";
}

std::string table_of(const Chart& chart) {
  std::string out = "<table><thead><tr><th scope=\"col\">from</th>";
  const std::size_t lines = std::min(chart.lines.size(), kMostLines);
  for (std::size_t i = 0; i < lines; ++i)
    out += format("<th scope=\"col\">{}</th>", escape_markup(chart.lines[i].name));
  out += "</tr></thead><tbody>";
  const bool several_days = chart.to - chart.from > 24h;
  const Slices& slices = chart.slices;
  const bool whole_minutes = slices.from.time_since_epoch() % 1min == Duration(0) && slices.width % 1min == Duration(0);
  for (std::size_t row = 0; row < chart.slices.minutes.size(); ++row) {
    const std::string instant = format_instant(chart.slices.start(row));
    out += format("<tr><th scope=\"row\">{}{}</th>", several_days ? instant.substr(5, 5) + " " : "",
                  instant.substr(11, whole_minutes ? 5 : 8));
    for (std::size_t i = 0; i < lines; ++i) {
      const auto& values = chart.lines[i].values;
      out += format("<td>{}</td>", row < values.size() ? escape_markup(describe(values[row], chart.unit)) : "–");
    }
    out += "</tr>";
  }
  out += "</tbody></table>";
  const std::string name = "values of " + chart.title;
  return format("<details class=\"data\"><summary>Table: {}</summary>{}</details>", escape_markup(chart.title),
                lines > 2 ? scrolled(Wide::table, name, out)
                          : format("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">{}</div>",
                                   escape_markup(name), out));
}

}  // namespace

std::string draw(const Chart& chart) {
  const std::string note =
      chart.note.empty() ? "" : format("<p class=\"quiet note\">{}</p>", escape_markup(chart.note));
  return format("<figure id=\"{}\"><figcaption>{}</figcaption>{}{}{}{}</figure>", chart.id, escape_markup(chart.title),
                note, legend_of(chart), scrolled(Wide::chart, chart.title, svg_of(chart)), table_of(chart));
}

}  // namespace firedrill::reports
