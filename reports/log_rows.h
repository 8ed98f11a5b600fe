// What reports show of the logs: the first lines of an incident, and what was changed before it. Rows of plain texts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/record.h"

namespace firedrill::reports {

struct LogRow {
  std::string at;      // "14:15:30"
  std::string level;   // warn, error, fatal
  std::string writer;  // "checkout-1"
  std::string message;
  std::uint64_t stands_for = 1;
};
// Of the services within reach of the incident, from its beginning to its end: the first line of each sort that nobody
// had written in the half hour before.
std::vector<LogRow> first_lines(const record::Record& record, const record::IncidentRecord& incident);

struct ChangeRow {
  std::string at;
  std::string kind;
  std::string target;
  std::string what;
  std::string by;
};
// The last ones up to when it broke, or began where it broke nothing; the newest first.
std::vector<ChangeRow> changes_before(const record::Record& record, const record::IncidentRecord& incident);

}  // namespace firedrill::reports
