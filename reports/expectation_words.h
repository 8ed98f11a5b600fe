// What came of an expectation, in words for people who do not read PromQL.
#pragma once

#include <string>
#include <string_view>

namespace firedrill::record {
struct ExpectationRecord;
struct IncidentRecord;
struct Record;
}  // namespace firedrill::record

namespace firedrill::reports {

// Label sets in PromQL's notation as their values in brackets: "SLOFastBurn {severity="critical"} fires" becomes
// "SLOFastBurn (critical) fires".
std::string without_label_syntax(std::string_view text);

// Of one that was met: "SLOFastBurn (critical) fired at 12 m 30 s (14:12:30), 2 m 30 s after the injection". An
// expression is told by the id of its expectation.
std::string met_in_words(const record::Record& record, const record::ExpectationRecord& expectation);
// Of one that was not met, or could not be judged: what was wanted, what was seen and why.
std::string unmet_in_words(const record::Record& record, const record::ExpectationRecord& expectation);
// What is to be done about one that was not met, or could not be judged.
std::string remedy_in_words(const record::Record& record, const record::ExpectationRecord& expectation);

// Whether it speaks of this incident: it names it or an alert of it, or something within its reach.
bool speaks_of(const record::Record& record, const record::IncidentRecord& incident,
               const record::ExpectationRecord& expectation);

}  // namespace firedrill::reports
