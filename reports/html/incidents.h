// What the sections about incidents share.
#pragma once

#include <string>
#include <string_view>

#include "record/severity.h"
#include "reports/response.h"

namespace firedrill::reports::html {

// The state of a time as a badge; nothing where there is no target.
std::string state_badge(const TimeStanding& standing);
// How long it took, with its state and its target, for a cell; "–" where it does not apply.
std::string time_cell(const record::Record& record, const record::IncidentRecord& incident, std::string_view measure);
std::string level_badge(record::SeverityLevel level);
// "P1", and how that compares with what the scenario expects of it.
std::string severity_cell(const record::Record& record, const record::IncidentRecord& incident);
// Its id, with the title below.
std::string incident_cell(const record::IncidentRecord& incident);

// Where there are several incidents, a table with a row for each; else nothing.
std::string incident_rows(const record::Record& record);

// Heading of an incident's part; nothing where there is only one and it has no title.
std::string heading(const record::Record& record, const record::IncidentRecord& incident);
// A number and its percent sign stay on one line.
std::string kept_together(std::string text);

}  // namespace firedrill::reports::html
