// What every report says, in words: the verdict, the run in a sentence, the targets of the times.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "incident/record.h"

namespace firedrill::reports {

// "Passed", "Failed", "Invalid", and a sign of its own for each, so that state is never told by colour alone.
std::string_view verdict_word(incident::Verdict verdict);
std::string_view verdict_sign(incident::Verdict verdict);

// What happened, in a sentence or two: "db-outage peaked at P0. SLOFastBurn detected it after 2 m 30 s; …".
std::string headline(const incident::Record& record);

// The same of one incident alone.
std::string headline_of(const incident::IncidentRecord& incident);

// What broke it where no SLO was missed: "No SLO was missed by then; a severity threshold was crossed: availability 0 % < 50
// %"; else empty.
std::string unseen_by_slos(const incident::IncidentRecord& incident);

// What its impact is counted over: "between the injection and the mitigation"; of one that never opened "during the
// fault".
std::string_view impact_span(const incident::IncidentRecord& incident);

// The bound that an expectation of kind `measure` puts on this measure of this incident.
struct Target {
  std::optional<Duration> at_most;
  incident::Verdict result = incident::Verdict::pass;
};
Target target_of(const incident::Record& record, const incident::IncidentRecord& incident, std::string_view measure);

// What an expectation of kind `severity` wants of this incident.
struct SeverityTarget {
  std::optional<incident::SeverityLevel> level;  // absent: none does
  bool bound = false;                            // no worse than that, else that as its peak
  incident::Verdict result = incident::Verdict::pass;
};
SeverityTarget severity_target_of(const incident::Record& record, const incident::IncidentRecord& incident);

// "60 m simulated, 2026-03-03 14:00 to 15:00 UTC".
std::string span_words(const incident::Record& record);
// With a capital at its start, if that is a word.
std::string sentence_case(std::string text);
// "12 340", digits in groups of three with a thin blank between them.
std::string grouped(double value);
// The labels without alertname, in PromQL's notation; empty if there are none.
std::string other_labels(const model::Labels& labels);

// What tells an alert from others of its name, in few words: the values of the labels in which they differ, those that
// people know a replica by first, or its service, deployment or pod.
std::string telling_labels(const incident::Record& record, const incident::AlertRecord& alert);

// What had to be true and was not: failed first, then what could not be judged.
std::vector<const incident::ExpectationRecord*> unmet(const incident::Record& record);

// "looks back 30 d, of which there are data of 1 h 30 m": of a query whose window is longer than the run; else empty.
std::string coverage_of(const incident::QueryRecord& query);

}  // namespace firedrill::reports
