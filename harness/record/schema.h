// The JSON Schema of record.json, made from the lists of fields that write and read it. reports/record.schema.json is
// this text; a test keeps the two the same.
#pragma once

#include <string>

#include "record/expectation.h"

namespace firedrill::record {

// `forms`: the kinds of expectations that may be declared.
std::string record_schema(const ExpectationForms& forms);

}  // namespace firedrill::record
