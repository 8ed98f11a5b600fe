// What others were told of an incident, held against what was asked of the team; and the status page, from the posts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/record.h"

namespace firedrill::incident {

// What the team called the incident: a team that works on something tells of all alerts of which it is called, and that
// is about each incident one of whose alerts was there meanwhile. The incident's own id is among them.
std::vector<std::string> names_told(const record::Record& record, const record::IncidentRecord& incident);

// The posts about an incident in one channel, in order of time.
std::vector<const events::Event*> posts_about(const record::Record& record, const record::IncidentRecord& incident,
                                              std::string_view channel);

// Whether it was said to be over while customers still failed; a minute is as exactly as the record knows that.
bool is_said_too_early(const record::IncidentRecord& incident, Time said);

// Whether everybody is to be told of it, or was. Needs its severity.
bool is_told_outside(const record::Record& record, const record::IncidentRecord& incident);

// How long after an incident is over its last post is missed. Invented, as nobody states one.
inline constexpr Duration kLastPostWithin = 15min;

// Fills the incidents' communication and the status page: needs the incidents complete.
void judge_communication(record::Record& record);
// The posts that were asked for and did not come in time.
void add_missed_posts(const record::IncidentRecord& incident, std::vector<events::Event>& events);

}  // namespace firedrill::incident
