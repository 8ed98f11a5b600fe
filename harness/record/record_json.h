// The record as JSON: stable order, 12 significant digits, strict reading.
#pragma once

#include "base/text/json.h"
#include "record/record.h"

namespace firedrill::record {

json::value to_json(const Record& record);
// The bytes of record.json.
std::string write_record(const Record& record);
// Errors: not JSON, a newer version, a missing or unknown field, a value of the wrong type; each names its path
// ("alerts[3].firing_at").
// `forms`: the kinds of expectations that may be declared; others are errors.
Result<Record> read_record(const SourcePtr& source, const ExpectationForms& forms);

}  // namespace firedrill::record
