// What the kinds of expectations share: the incident meant, instants counted from, times in words.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "record/record.h"

namespace firedrill::incident {

// The incident that the expectation names; without a name the one to which the alert of that name belongs, or the first
// of the run. Null if the run has none.
const record::IncidentRecord* incident_of(const record::Expectation& expectation, const record::Record& record);

// Why an incident has no breach. Where it was worse than P3 all the same, others crossed the thresholds, or had before.
std::string_view nothing_broke(const record::Record& record, const record::IncidentRecord& incident);

// The instants that `since` can mean.
std::span<const std::string_view> since_choices();

struct Since {
  Time t;
  std::string name;  // "the injection of db-refuses"
};
// Where `since` counts from; without it, `fallback`. The error says what never happened.
std::expected<Since, std::string> resolve_since(const record::Expectation& expectation, const record::Record& record,
                                                std::string_view fallback);

// `from` and `to`, which count from the end of the warm-up; by default the whole judged window.
struct Span {
  Time from;
  Time to;
};
Span judged_span(const record::Expectation& expectation, const record::Record& record);

// "12 m 30 s (13:42:30)": time into the drill, and the clock; before it "13:12:00, in the warm-up".
std::string when(const record::Record& record, Time t);
// The alert as declared: SLOFastBurn {severity="critical"}.
std::string describe_alert(const record::Expectation& expectation);

// Diagnostics for a name that nobody knows, with the nearest that somebody does: of a field, or of the one `written`
// there.
void check_name(const record::Expectation& expectation, std::string_view field, std::string_view what,
                const std::string& written, std::span<const std::string> names, Diagnostics& diagnostics);
void check_known(const record::Expectation& expectation, std::string_view field, std::string_view what,
                 std::span<const std::string> names, Diagnostics& diagnostics);

}  // namespace firedrill::incident
