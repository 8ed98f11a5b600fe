// An incident in words: what broke, how it was noticed, when it was over.
#pragma once

#include <string>
#include <string_view>

namespace firedrill::events {
struct Event;
}

namespace firedrill::record {
struct IncidentRecord;
struct Record;
}  // namespace firedrill::record

namespace firedrill::reports {

// "connection_refused on postgres broke API Availability"; of one that broke nothing, that it did not, and where less
// than a full minute was judged, that this is not known.
std::string what_broke(const record::Record& record, const record::IncidentRecord& incident);

// What happened, in a few sentences: what broke, how badly, who noticed it and when it was over. Of several incidents
// the worst one; the others stand in a table.
std::string headline(const record::Record& record);
// The same of one incident.
std::string headline_of(const record::Record& record, const record::IncidentRecord& incident);

// Whether what somebody did is of this incident: where others are open as well, only what was done within its reach.
// The event has the action as its subject: "restart checkout".
bool is_about(const events::Event& action, const record::Record& record, const record::IncidentRecord& incident);

// The incident that peaked worst, the first of equals; null if there is none.
const record::IncidentRecord* worst_incident(const record::Record& record);

// What broke it where no SLO was missed: "No SLO was missed by then; a severity threshold was crossed: availability
// 0 % < 50 %"; else empty.
std::string unseen_by_slos(const record::IncidentRecord& incident);

// "while cache-loss went on as well": of what failed meanwhile some may be the doing of other incidents; else empty.
std::string others_meanwhile(const record::Record& record, const record::IncidentRecord& incident);

// Why of nothing that was judged it is said what failed.
inline constexpr std::string_view kNoFullMinute =
    "Requests, objectives and severity are counted by full minutes, and none lies in what was judged.";

// What stands in the place of a severity that an incident does not have: "never opened", or "not judged".
std::string_view without_peak(const record::Record& record);

// What its impact is counted over, which is whole minutes: "from the minute of the injection to the mitigation"; of one
// that never opened "in the minutes of the fault".
std::string_view impact_span(const record::Record& record, const record::IncidentRecord& incident);

}  // namespace firedrill::reports
