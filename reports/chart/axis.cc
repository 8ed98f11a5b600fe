#include "reports/chart/axis.h"

#include "base/text/format.h"
#include "reports/escape.h"

namespace firedrill::reports {

std::string pixel(double value) {
  std::string text = format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string value_axis(const Scale& scale, Unit unit, const Frame& frame) {
  std::string out;
  for (const double tick : scale.ticks()) {
    const std::string y = pixel(scale(tick));
    out += format("<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\" stroke=\"#d7dce3\"/>",
                  pixel(frame.left), pixel(frame.right), y, y);
    out +=
        format("<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"end\" font-size=\"11\" fill=\"#4b5563\">{}</text>",
               pixel(frame.left - 6), pixel(scale(tick) + 4), escape_markup(describe(tick, unit)));
  }
  return out;
}

std::string time_axis(const TimeScale& scale, const Frame& frame, std::size_t most, bool full_height) {
  std::string out;
  for (const Time tick : scale.ticks(most)) {
    const std::string x = pixel(scale(tick));
    out += format("<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\" stroke=\"#d7dce3\"/>", x, x,
                  pixel(full_height ? frame.top : frame.bottom), pixel(frame.bottom + 4));
    out += format(
        "<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"middle\" font-size=\"11\" fill=\"#4b5563\">{}</text>", x,
        pixel(frame.bottom + 17), scale.label(tick));
  }
  return out;
}

}  // namespace firedrill::reports
