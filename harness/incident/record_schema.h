// The JSON Schema of record.json, made from the lists of fields that write and read it. reports/record.schema.json is
// this text; a test keeps the two the same.
#pragma once

#include <string>

namespace firedrill::incident {

std::string record_schema();

}  // namespace firedrill::incident
