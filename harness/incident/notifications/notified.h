// What the expectations about notifications have in common: which notifications and alerts they mean, and what became
// of an alert that nobody was told of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "incident/expectations/expectation_context.h"
#include "incident/expectations/known_names.h"
#include "promql/queryable.h"
#include "record/record.h"

namespace firedrill::incident {

// The field `receiver`, in all of them.
extern const FieldSpec kReceiverField;
// Which alert is meant: alert, labels, severity.
extern const FieldSpec kNotifiedAlertField;
extern const FieldSpec kNotifiedLabelsField;
extern const FieldSpec kNotifiedSeverityField;

// There is an Alertmanager, and names are known.
void check_notified(const record::Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics);

// "DiskFull {team="a"}"; "any alert" where none is named.
std::string alert_wanted(const record::Expectation& expectation);
// The labels are those of an alert that is meant; any are where none is named.
bool means(const record::Expectation& expectation, const model::Labels& labels);
// How many alerts of a notification, with this status, are meant.
std::size_t count_meant(const record::Expectation& expectation, const events::Notification& notification,
                        std::string_view status);
// Notifications to the receiver meant (any, if none is named), in order of time.
std::vector<const events::Notification*> notifications_to(const record::Expectation& expectation,
                                                          const record::Record& record);

// "first notification to pager of DiskFull and 3 others": for people.
std::string describe(const events::Notification& notification);

// Says in `outcome` that the record has no Alertmanager; then there is nothing to judge.
bool has_alertmanager(const record::Record& record, record::Outcome& outcome);

// Why the receiver meant accepted nothing of the alert meant in [from, to]: what held it back and until when, where it
// was routed instead, what the receiver answered, that it was lost on its way, or that it never fired.
std::string why_not_notified(const record::Expectation& expectation, const record::Record& record,
                             const promql::Queryable& series, Time from, Time to);
// "silenced from 10 m (…) to the run's end by silence 1 (planned)".
std::string describe(const record::HeldBack& held, const record::Record& record);

}  // namespace firedrill::incident
