#include "reports/chart/bands.h"

#include <algorithm>

#include "base/text/format.h"
#include "reports/chart/text.h"
#include "reports/escape.h"

namespace firedrill::reports {
namespace {

constexpr double kGap = 6;  // between two labels of a row

bool visible(const Band& band, const TimeScale& scale) {
  return band.to > scale.from() && band.from < scale.to();
}

}  // namespace

BandLabels::BandLabels(const std::vector<Band>& bands, const TimeScale& scale, double left, double right) {
  std::vector<const Band*> order;
  for (const Band& band : bands) {
    if (visible(band, scale) && !band.label.empty()) order.push_back(&band);
  }
  std::ranges::stable_sort(order, {}, [](const Band* band) { return band->from; });
  std::vector<double> ends;  // of each row, so far
  for (const Band* band : order) {
    const double width = std::min(text_width(band->label), right - left);
    // Where its band begins; not beyond the right end.
    const double begin = std::max(left, std::min(scale(band->from), right - width));
    const auto free = std::ranges::find_if(ends, [&](double end) { return end + kGap <= begin; });
    const auto row = static_cast<std::size_t>(free - ends.begin());
    if (row == kMostRows) continue;
    if (free == ends.end()) ends.push_back(0);
    ends[row] = begin + width;
    placed_.push_back({band, begin, row});
  }
  rows_ = ends.size();
}

double BandLabels::extra_height() const {
  return rows_ > 1 ? kRowHeight * static_cast<double>(rows_ - 1) : 0;
}

std::string draw_bands(const std::vector<Band>& bands, const BandLabels& labels, const TimeScale& scale, double top,
                       double bottom) {
  std::string out;
  for (const Band& band : bands) {
    if (!visible(band, scale)) continue;
    const double left = scale(band.from);
    const double right = scale(band.to);
    out += format(
        "<rect class=\"band\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#dc2626\" "
        "fill-opacity=\"0.09\"><title>{}</title></rect>",
        pixel(left), pixel(top), pixel(std::max(right - left, 1.0)), pixel(bottom - top), escape_markup(band.label));
    for (const double x : {left, right}) {
      out += format(
          "<line class=\"band-edge\" x1=\"{0}\" x2=\"{0}\" y1=\"{1}\" y2=\"{2}\" stroke=\"#b91c1c\" "
          "stroke-opacity=\"0.55\" stroke-dasharray=\"2 2\"/>",
          pixel(x), pixel(top), pixel(bottom));
    }
  }
  const double right_end = scale(scale.to());
  for (const BandLabel& label : labels.placed()) {
    const double y = top - 6 - BandLabels::kRowHeight * static_cast<double>(label.row);
    const double at = scale(std::max(label.band->from, scale.from()));
    // From a label in a higher row down to where its band begins.
    if (label.row > 0) {
      out += format(
          "<line class=\"band-edge\" x1=\"{0}\" x2=\"{0}\" y1=\"{1}\" y2=\"{2}\" stroke=\"#b91c1c\" "
          "stroke-opacity=\"0.55\" stroke-dasharray=\"2 2\"/>",
          pixel(at), pixel(y + 2), pixel(top));
    }
    out +=
        format("<text class=\"band-text\" x=\"{}\" y=\"{}\" font-size=\"11\" fill=\"#991b1b\">{}</text>",
               pixel(label.left), pixel(y), escape_markup(shortened(label.band->label, right_end - label.left + 30)));
  }
  return out;
}

}  // namespace firedrill::reports
