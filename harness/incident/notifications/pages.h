// The notifications of an Alertmanager that called a person.
#pragma once

#include <vector>

#include "incident/notifications/activations.h"
#include "record/record.h"

namespace firedrill::incident {

// Accepted by a receiver that calls a person, with an alert that fires, and not only sent because another is over; one
// for each flush of a group, by however many integrations. In order of time; none without an Alertmanager.
std::vector<const events::Notification*> pages(const record::Record& record);

// Whether a page of it counts: not of what fires in the warm-up, or is excepted.
bool is_counted(const record::AlertRecord& alert);

// What a page is counted for, of the alerts that fire in it: the first of an incident, else the first that counts. Null
// if none does.
const record::AlertRecord* counted_for(const Activations& activations, const events::Notification& page);

}  // namespace firedrill::incident
