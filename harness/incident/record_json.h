// The record as JSON: stable order, 12 significant digits, strict reading.
#pragma once

#include "base/text/json.h"
#include "incident/record.h"

namespace firedrill::incident {

json::value to_json(const Record& record);
// The bytes of record.json.
std::string write_record(const Record& record);
// Errors: not JSON, a newer version, a missing or unknown field, a value of the wrong type; each names its path
// ("alerts[3].firing_at").
Result<Record> read_record(const SourcePtr& source);

}  // namespace firedrill::incident
