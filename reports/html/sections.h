// The page's sections, one function each, in reading order. Each gives complete markup, or nothing where the record has
// nothing to say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/chart/lanes.h"
#include "reports/chart/svg_chart.h"
#include "tsdb/store.h"

namespace firedrill::record {
struct IncidentRecord;
struct Record;
}  // namespace firedrill::record

namespace firedrill::reports::html {

// The stripe above the page that says what it is not.
std::string banner(const record::Record& record);
std::string verdict(const record::Record& record);
std::string severity(const record::Record& record);
std::string impact(const record::Record& record);
std::string times(const record::Record& record);
// The published course beside that of the run.
std::string course(const record::Record& record);
std::string timeline(const record::Record& record);
// What services wrote of incidents, and what somebody changed before.
std::string logs(const record::Record& record);
std::string alerts(const record::Record& record);
std::string notifications(const record::Record& record);
// Who was called, and what they did.
std::string people(const record::Record& record);
// What others were told, and when.
std::string communication(const record::Record& record);
std::string budgets(const record::Record& record);
std::string alert_charts(const record::Record& record, const tsdb::Store& series);
std::string signals(const record::Record& record, const tsdb::Store& series);
// Of a drill that somebody worked.
std::string score(const record::Record& record);
std::string expectations(const record::Record& record);
std::string probes(const record::Record& record);
std::string key_metrics(const record::Record& record);
std::string queries(const record::Record& record);
std::string rules(const record::Record& record);
std::string faults(const record::Record& record);
std::string reproduce(const record::Record& record);

// The style sheet, as the text of the page's one <style> element.
std::string_view style();

// <section> with a heading; nothing if there is no body.
std::string section(std::string_view id, std::string_view title, std::string_view lead, const std::string& body);
// A state as a sign and a word, coloured: kind is good, bad, warn or plain.
std::string badge(std::string_view kind, std::string_view sign, std::string_view word);
// A table: headings and rows of cells that are markup already.
std::string table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows,
                  std::string_view css = "");

// The severity of an incident as it evolved, while it was open.
Lane severity_lane(const record::Record& record, const record::IncidentRecord& incident);

// A chart over the judged time with the faults shaded, without lines yet.
Chart chart_over_run(const record::Record& record, const Slices& slices, std::string id, std::string title, Unit unit);
// The faults as shaded bands.
std::vector<Band> fault_bands(const record::Record& record);
}  // namespace firedrill::reports::html
