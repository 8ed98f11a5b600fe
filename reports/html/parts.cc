#include <algorithm>
#include <functional>

#include "base/text/format.h"
#include "record/clock.h"
#include "record/record.h"
#include "reports/chart/wide.h"
#include "reports/escape.h"
#include "reports/html/sections.h"

namespace firedrill::reports::html {
namespace {

constexpr std::size_t kWideTable = 3;  // columns: more than a telephone shows side by side

}  // namespace

std::string section(std::string_view id, std::string_view title, std::string_view lead, const std::string& body) {
  if (body.empty()) return "";
  const std::string below = lead.empty() ? "" : format("<p class=\"lead\">{}</p>", escape_markup(lead));
  return format("<section id=\"{0}\" aria-labelledby=\"{0}-h\"><h2 id=\"{0}-h\">{1}</h2>{2}{3}</section>\n", id,
                escape_markup(title), below, body);
}

std::string badge(std::string_view kind, std::string_view sign, std::string_view word) {
  return format("<span class=\"badge {}\"><span aria-hidden=\"true\">{}</span> {}</span>", kind, escape_markup(sign),
                escape_markup(word));
}

std::string table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows,
                  std::string_view css) {
  std::string out = format("<table class=\"{}\"><thead><tr>", css);
  for (const std::string& cell : head) out += format("<th scope=\"col\">{}</th>", cell);
  out += "</tr></thead><tbody>";
  for (const auto& row : rows) {
    out += "<tr>";
    for (const std::string& cell : row) out += format("<td>{}</td>", cell);
    out += "</tr>";
  }
  out += "</tbody></table>";
  std::string name;
  for (const std::string& cell : head) name += (name.empty() ? "table of " : ", ") + cell;
  return head.size() < kWideTable ? format("<div class=\"scroll\">{}</div>", out) : scrolled(Wide::table, name, out);
}

Lane severity_lane(const record::Record& record, const record::IncidentRecord& incident) {
  Lane lane{format("severity of {}", incident.id), "", {}, {}, {}};
  const Time closed = incident.times.resolved_at.value_or(record.judged_to);
  for (std::size_t i = 0; i < incident.severity.size(); ++i) {
    const auto& change = incident.severity[i];
    const Time end = i + 1 < incident.severity.size() ? incident.severity[i + 1].t : std::max(closed, change.t);
    const auto style = static_cast<BarStyle>(static_cast<int>(BarStyle::p0) + static_cast<int>(change.level));
    const std::string level(record::to_string(change.level));
    lane.bars.push_back(
        {change.t, end, style, level, format("{} from {}: {}", level, clock_of(record, change.t), change.why)});
  }
  // The worst is drawn last, so that it wins where two meet in a pixel.
  std::ranges::stable_sort(lane.bars, std::greater<>(), &Bar::style);
  return lane;
}

Chart chart_over_run(const record::Record& record, const Slices& slices, std::string id, std::string title, Unit unit) {
  Chart chart;
  chart.id = std::move(id);
  chart.title = std::move(title);
  chart.unit = unit;
  chart.from = record.judged_from;
  chart.to = record.judged_to;
  chart.slices = slices;
  chart.bands = fault_bands(record);
  return chart;
}

std::vector<Band> fault_bands(const record::Record& record) {
  std::vector<Band> bands;
  for (const auto& fault : record.faults) {
    if (fault.injected_at)
      bands.push_back({*fault.injected_at, fault.recovered_at.value_or(record.judged_to), fault.id});
  }
  return bands;
}

}  // namespace firedrill::reports::html
