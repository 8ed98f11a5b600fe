// What the expectations about people have in common: which events of pages and actions they mean.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "incident/expectations/expectation_context.h"
#include "incident/expectations/known_names.h"
#include "record/record.h"

namespace firedrill::incident {

// tier, alert and incident, in all of those that are about pages.
std::span<const FieldSpec> page_fields();

// Somebody is on call, and names are known.
void check_people(const record::Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics);

// Says in `outcome` that nobody was on call in the run; then there is nothing to judge.
bool has_people(const record::Record& record, record::Outcome& outcome);

// "primary", or "somebody" where no tier is named.
std::string role_wanted(const record::Expectation& expectation);
// " for SLOFastBurn", " in db-outage", or nothing.
std::string page_wanted(const record::Expectation& expectation);

// The events of a kind that are meant, in order of time.
std::vector<const events::Event*> walk(const record::Expectation& expectation, const record::Record& record,
                                       events::EventKind kind);
// The tier that an event is about.
std::string role_of(const events::Event& event);

// Since when, and until when at the latest; nothing, and said in `outcome`, if what it counts from never was.
struct PeopleWindow {
  Since since;
  Time deadline;
};
std::optional<PeopleWindow> people_window(const record::Expectation& expectation, const record::Record& record,
                                          std::string_view fallback, record::Outcome& outcome);

// What the first of these events at or after `since` comes to: observed, and why it is too late, or never was.
// `did`: "was paged".
void judge_first(const std::vector<const events::Event*>& events, const PeopleWindow& window,
                 const record::Record& record, std::string_view did, record::Outcome& outcome);

}  // namespace firedrill::incident
