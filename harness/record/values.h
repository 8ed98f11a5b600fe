// The parts of a record's JSON that are not plain lists of fields: events and declared expectations.
#pragma once

#include <optional>
#include <string>

#include "base/text/json.h"
#include "record/record.h"

namespace firedrill::record {

// An event: t, kind, subject, and what its kind carries, all in one object.
json::object event_json(const events::Event& event);
// A declared expectation: id, kind, and its fields as the scenario would write them.
json::object expectation_json(const Expectation& expectation);

// The error is the reason and, before a colon, the path below the value: "kind: unknown kind of event".
std::optional<std::string> read_event(const json::value& value, events::Event& event);
std::optional<std::string> read_expectation(const json::value& value, const ExpectationForms& forms,
                                            Expectation& expectation);

}  // namespace firedrill::record
