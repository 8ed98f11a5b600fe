// Golden signals: the charts, and how they were made.
#include "base/text/format.h"
#include "record/record.h"
#include "reports/escape.h"
#include "reports/html/sections.h"
#include "reports/signals.h"

namespace firedrill::reports::html {

std::string signals(const record::Record& record, const tsdb::Store& series) {
  std::vector<std::string> left_out;
  const std::vector<Chart> charts = golden_signals(record, series, left_out);
  if (record.series_hash.empty()) {
    return section("signals", "Golden signals", "",
                   "<p class=\"quiet\">Nothing is charted: the record keeps no series and no minutes of the world "
                   "(<code>--keep none</code>).</p>");
  }
  if (charts.empty()) return "";
  std::string body = "<div class=\"charts\">";
  for (const Chart& chart : charts) body += draw(chart);
  body += "</div>";
  bool saturation = false;
  for (const Chart& chart : charts) saturation |= chart.title.starts_with("Saturation");
  const Slices slices = slices_of(record);
  std::string note = slices.words();
  if (slices.width > 1min)
    note +=
        " Of latency and errors it is the worst minute, of traffic and CPU the mean, of other saturation the last "
        "value.";
  note += " Latency, traffic and errors are the world's own counts; saturation is what was scraped.";
  if (!saturation) note += " The record keeps no series of pools, CPU or memory, so saturation is not shown.";
  for (const std::string& what : left_out) note += " Not shown: " + what + ".";
  body += format("<p class=\"quiet\">{}</p>", escape_markup(note));
  return section("signals", "Golden signals", record.faults.empty() ? "" : "The faults are shaded.", body);
}

}  // namespace firedrill::reports::html
