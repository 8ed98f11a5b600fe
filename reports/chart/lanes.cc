#include "reports/chart/lanes.h"

#include <algorithm>
#include <array>

#include "base/text/format.h"
#include "reports/chart/axis.h"
#include "reports/chart/text.h"
#include "reports/chart/wide.h"
#include "reports/escape.h"

namespace firedrill::reports {
namespace {

constexpr double kWidth = 1080;
constexpr double kLabels = 214;  // the column left of the lanes
constexpr double kTop = 24;
constexpr double kLane = 34;
constexpr double kBottom = 26;
constexpr double kBarHeight = 18;
constexpr double kLeastShare = 5e-4;  // less would be drawn as more than it is

struct Look {
  const char* name;
  const char* fill;
  const char* text;
};
const Look& look_of(BarStyle style) {
  static constexpr std::array<Look, 12> kLooks{{{"b-fault", "#dc2626", "#ffffff"},
                                                {"b-pending", "hatch", "#78350f"},
                                                {"b-firing", "#b45309", "#ffffff"},
                                                {"b-p0", "#991b1b", "#ffffff"},
                                                {"b-p1", "#c2410c", "#ffffff"},
                                                {"b-p2", "#a16207", "#ffffff"},
                                                {"b-p3", "#4b5563", "#ffffff"},
                                                {"b-background", "#d1d5db", "#374151"},
                                                {"b-ready", "#bbf7d0", "#14532d"},
                                                {"b-unready", "#fde68a", "#78350f"},
                                                {"b-backoff", "#fecaca", "#7f1d1d"},
                                                {"b-down", "#7f1d1d", "#ffffff"}}};
  return kLooks[static_cast<std::size_t>(style)];
}

std::string draw_bar(const Bar& bar, const TimeScale& x, double middle, const std::string& hatch) {
  if (bar.to < x.from() || bar.from > x.to()) return "";
  const Look& look = look_of(bar.style);
  const bool hatched = look.fill == std::string_view("hatch");
  const double left = x(bar.from);
  const double width = std::max(x(bar.to) - left, 2.0);
  std::string out = format(
      "<g><title>{}</title><rect class=\"bar {}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\" fill=\"{}\" "
      "stroke=\"#78350f\" "
      "stroke-opacity=\"{}\"/>",
      escape_markup(bar.title), look.name, pixel(left), pixel(middle - kBarHeight / 2), pixel(width), pixel(kBarHeight),
      hatched ? hatch : look.fill, hatched ? "0.8" : "0");
  if (!bar.text.empty() && text_width(bar.text) + 8 < width) {
    out += format("<text class=\"{}-text\" x=\"{}\" y=\"{}\" font-size=\"11\" fill=\"{}\">{}</text>", look.name,
                  pixel(left + 5), pixel(middle + 4), look.text, escape_markup(bar.text));
  }
  return out + "</g>";
}

std::string draw_mark(const Mark& mark, const TimeScale& x, double middle) {
  if (mark.t < x.from() || mark.t > x.to()) return "";
  const double at = x(mark.t);
  std::string shape;
  std::string_view name = "m-neutral";
  std::string_view fill = "#374151";
  if (mark.style == MarkStyle::good) {
    name = "m-good";
    fill = "#15803d";
    shape = format("M{} {}l6 10h-12z", pixel(at), pixel(middle - 5));
  } else if (mark.style == MarkStyle::bad) {
    name = "m-bad";
    fill = "#b91c1c";
    shape = format("M{} {}l6 -10h-12z", pixel(at), pixel(middle + 5));
  } else {
    shape = format("M{} {}l5 5l-5 5l-5 -5z", pixel(at), pixel(middle - 5));
  }
  return format("<path class=\"{}\" d=\"{}\" fill=\"{}\"><title>{}</title></path>", name, shape, fill,
                escape_markup(mark.title));
}

std::string draw_columns(const Columns& columns, const TimeScale& x, double middle) {
  std::string path;
  const double base = middle + kLane / 2 - 5;
  const double height = kLane - 10;
  for (std::size_t i = 0; i < columns.shares.size(); ++i) {
    const double share = std::clamp(columns.shares[i], 0.0, 1.0);
    if (share < kLeastShare) continue;
    const double left = x(columns.slices.start(i));
    const double right = x(columns.slices.end(i));
    path += format("M{} {}V{}H{}V{}z", pixel(left), pixel(base), pixel(base - std::max(share * height, 1.0)),
                   pixel(std::max(right - 0.6, left + 0.6)), pixel(base));
  }
  std::string out = format("<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\" stroke=\"#9ca3af\"/>",
                           pixel(x(x.from())), pixel(x(x.to())), pixel(base), pixel(base));
  if (!path.empty()) out += format("<path class=\"columns\" d=\"{}\" fill=\"#b91c1c\"/>", path);
  return out;
}

std::string draw_lane(const Lane& lane, const TimeScale& x, double top, const std::string& hatch) {
  const double middle = top + kLane / 2;
  const double label_y = lane.detail.empty() ? middle + 4 : middle - 2;
  std::string out = format("<text class=\"lane\" x=\"4\" y=\"{}\" font-size=\"12\" fill=\"#111827\">{}</text>",
                           pixel(label_y), escape_markup(shortened(lane.label, kLabels)));
  if (!lane.detail.empty()) {
    out += format("<text class=\"tick\" x=\"4\" y=\"{}\" font-size=\"10.5\" fill=\"#4b5563\">{}</text>",
                  pixel(middle + 11), escape_markup(shortened(lane.detail, kLabels - 8)));
  }
  if (!lane.columns.shares.empty()) out += draw_columns(lane.columns, x, middle);
  for (const Bar& bar : lane.bars) out += draw_bar(bar, x, middle, hatch);
  for (const Mark& mark : lane.marks) out += draw_mark(mark, x, middle);
  return out;
}

constexpr std::string_view kHatch =
    "width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(45)\">"
    "<rect class=\"hatch-ground\" width=\"6\" height=\"6\" fill=\"#fde68a\"/><rect class=\"hatch-line\" width=\"2.4\" "
    "height=\"6\" fill=\"#d97706\"/></pattern></defs>";

std::string open_svg(std::string_view css, double width, double height, std::string_view id, std::string_view title,
                     std::string_view description) {
  return format(
      "<svg class=\"{0}\" viewBox=\"0 0 {1} {2}\" width=\"{1}\" height=\"{2}\" role=\"img\" aria-labelledby=\"{3}-t "
      "{3}-d\">"
      "<title id=\"{3}-t\">{4}</title><desc id=\"{3}-d\">{5}</desc>",
      css, pixel(width), pixel(height), id, escape_markup(title), escape_markup(description));
}

// Rows of labels over a line, filled from the right and from the nearest row on; no label touches another.
struct Rows {
  std::vector<double> starts;
  std::size_t place(double left, double right) {
    for (std::size_t row = 0; row < starts.size(); ++row) {
      if (right + 6 < starts[row]) {
        starts[row] = left;
        return row;
      }
    }
    starts.push_back(left);
    return starts.size() - 1;
  }
};

}  // namespace

std::string draw(const Lanes& lanes) {
  const TimeScale x(lanes.from, lanes.to, kLabels, kWidth - 22);
  const BandLabels labels(lanes.bands, x, kLabels, kWidth - 4);
  const double first = kTop + labels.extra_height();
  const double bottom = first + kLane * static_cast<double>(lanes.lanes.size());
  const Frame frame{kLabels, first, kWidth - 22, bottom};
  std::string out = open_svg("lanes", kWidth, bottom + kBottom, lanes.id, lanes.title, lanes.description);
  out += format("<defs><pattern id=\"{}-hatch\" {}", lanes.id, kHatch);
  out += draw_bands(lanes.bands, labels, x, first, bottom);
  out += time_axis(x, frame, 12, true);
  for (std::size_t i = 0; i < lanes.lanes.size(); ++i) {
    const double top = first + kLane * static_cast<double>(i);
    out += format("<line class=\"rule\" x1=\"0\" x2=\"{}\" y1=\"{}\" y2=\"{}\" stroke=\"#d7dce3\"/>", pixel(kWidth),
                  pixel(top), pixel(top));
    out += draw_lane(lanes.lanes[i], x, top, format("url(#{}-hatch)", lanes.id));
  }
  return scrolled(Wide::lanes, lanes.title, out + "</svg>");
}

std::string draw(const Strip& strip) {
  if (strip.milestones.empty()) return "";
  const Time first = strip.milestones.front().t;
  const Time last = std::max(strip.milestones.back().t, first + 1s);
  const TimeScale x(first, last, 24, kWidth - 120);  // room for the last label
  struct Placed {
    double at, left;
    std::size_t row;
    const Milestone* milestone;
  };
  // From the right: a label's line then passes left of all labels below it.
  Rows rows;
  std::vector<Placed> placed;
  for (auto it = strip.milestones.rbegin(); it != strip.milestones.rend(); ++it) {
    const double at = x(it->t);
    const double width = std::max(text_width(it->name) * 1.15, text_width(it->text)) + 4;
    const double left = std::min(at + 5, kWidth - width);
    placed.push_back({at, left, rows.place(left - 5, left + width), &*it});
  }
  constexpr double kRow = 34;
  const double line = kRow * static_cast<double>(rows.starts.size()) + 12;
  std::string out = open_svg("strip", kWidth, line + 14, strip.id, strip.title, strip.description);
  out += format(
      "<line class=\"strip-line\" x1=\"24\" x2=\"{}\" y1=\"{}\" y2=\"{}\" stroke=\"#6b7280\" stroke-width=\"2\"/>",
      pixel(kWidth - 24), pixel(line), pixel(line));
  for (const Placed& p : placed) {
    const double y = line - 12 - kRow * static_cast<double>(p.row + 1) + 12;
    out += format("<line class=\"rule\" x1=\"{0}\" x2=\"{0}\" y1=\"{1}\" y2=\"{2}\" stroke=\"#9ca3af\"/>", pixel(p.at),
                  pixel(y + 1), pixel(line));
    out +=
        format("<text class=\"lane\" x=\"{}\" y=\"{}\" font-size=\"12\" font-weight=\"600\" fill=\"#111827\">{}</text>",
               pixel(p.left), pixel(y + 11), escape_markup(p.milestone->name));
    out += format("<text class=\"tick\" x=\"{}\" y=\"{}\" font-size=\"11\" fill=\"#4b5563\">{}</text>", pixel(p.left),
                  pixel(y + 24), escape_markup(p.milestone->text));
    out += p.milestone->bad ? format("<path class=\"m-bad\" d=\"M{} {}l7 7l-7 7l-7 -7z\" fill=\"#b91c1c\"/>",
                                     pixel(p.at), pixel(line - 7))
                            : format("<circle class=\"m-good\" cx=\"{}\" cy=\"{}\" r=\"6\" fill=\"#15803d\"/>",
                                     pixel(p.at), pixel(line));
  }
  return scrolled(Wide::lanes, strip.title, out + "</svg>");
}

}  // namespace firedrill::reports
