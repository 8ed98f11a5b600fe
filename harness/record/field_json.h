// Decoded fields (base/fields.h) as JSON and back: how a record stores declarations.
#pragma once

#include <optional>
#include <string>

#include "base/fields.h"
#include "base/text/json.h"

namespace firedrill::record {

// As a file would say it: durations and instants as texts, ratios and numbers as numbers.
json::value field_json(const FieldValue& value);
// Nothing if the value is not of the field's type.
std::optional<FieldValue> read_field(const json::value& value, FieldType type);

// A number, or one of the strings that stand for what JSON cannot say ("NaN", "+Inf", "-Inf").
std::optional<double> number_of(const json::value& value);

}  // namespace firedrill::record
