// What the expectations about one alert have in common: which activations they mean, what they count from, and how they
// tell of it.
#pragma once

#include <optional>
#include <string>

#include "incident/expectations/expectation_context.h"
#include "incident/expectations/known_names.h"
#include "promql/queryable.h"
#include "record/record.h"

namespace firedrill::incident {

// Names that are not known, and labels that no alert of the name can have.
void check_alert(const record::Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics);

struct AlertWindow {
  Since since;    // what `within` counts from
  Time deadline;  // `within` later, or the run's end
  // What comes before this had another cause: the injection, or the step counted from if that is earlier. Counting from
  // the breach, an alert that came before it is early and not missing; counting from a step behind it (an alert, a
  // notification, the mitigation), what is wanted has to begin after that.
  Time earliest;
};
// Says in `outcome` by when it is expected, or that there is nothing to count from (then nothing is returned).
std::optional<AlertWindow> alert_window(const record::Expectation& expectation, const record::Record& record,
                                        record::Outcome& outcome);
// "2 m 30 s after the injection".
std::string distance_from(const Since& since, Time t);

// The first activation of the alert meant that reached a step and was not over before `earliest`: of the incident that
// the expectation names, and of a label set that was not there before `earliest`, if there is such a one.
using AlertStepTime = std::optional<Time> record::AlertRecord::*;
const record::AlertRecord* first_to_reach(const record::Expectation& expectation, const record::Record& record,
                                          AlertStepTime step, Time earliest);

// Why an activation that reached a step is not the one meant: it did so too early, or belongs to another incident than
// the one named. Empty if it is. `too_early`: what to say of one ahead of the injection.
std::string why_not_meant(const record::Expectation& expectation, const record::Record& record,
                          const record::AlertRecord& alert, AlertStepTime step, const AlertWindow& window,
                          std::string_view too_early);

// Why the alert never reached a step in [from, to]: it did, but with other labels; it cannot have these; or how near it
// came. `did`: what reaching the step is called, "fired at".
std::string why_not_reached(const record::Expectation& expectation, const record::Record& record,
                            const promql::Queryable& series, AlertStepTime step, std::string_view did, Time from,
                            Time to);
// How it was over to whoever could hear of it: "resolved at 42m 10s"; empty: it was not.
std::string describe_end(const record::Record& record, const record::AlertRecord& alert);
// How near its rule came to holding in [from, to]; empty if nothing is known.
std::string how_near(const record::Expectation& expectation, const record::Record& record,
                     const promql::Queryable& series, Time from, Time to);

}  // namespace firedrill::incident
