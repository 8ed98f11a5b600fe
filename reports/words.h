// What every report says, in words: the verdict, the targets of the times, names and numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/labels.h"
#include "record/expectation.h"
#include "record/severity.h"

namespace firedrill::record {
struct AlertRecord;
struct IncidentRecord;
struct Measure;
struct QueryRecord;
struct Record;
struct RuleRecord;
struct ScoreLine;
}  // namespace firedrill::record

namespace firedrill::reports {

// "Passed", "Failed", "Invalid", "Scored", and a sign of its own for each, so that state is never told by colour alone.
std::string_view verdict_word(record::Verdict verdict);
std::string_view verdict_sign(record::Verdict verdict);

// "8 of 10"; of hints "−3"; of what does not count "–".
std::string points_words(const record::ScoreLine& line);

// The bounds that expectations of kind `measure` put on this measure of this incident: the strictest of each.
struct Target {
  std::optional<Duration> at_most;
  std::optional<Duration> at_least;
  record::Verdict result = record::Verdict::pass;  // the worst of theirs
  bool any() const { return at_most || at_least; }
  std::string words() const;  // "at least 1 m and at most 3 m"; empty: there is none
  bool exceeded_by(const record::Measure& measure) const;
};
Target target_of(const record::Record& record, const record::IncidentRecord& incident, std::string_view measure);

// What an expectation of kind `severity` wants of this incident.
struct SeverityTarget {
  std::optional<record::SeverityLevel> level;  // absent: none does
  bool bound = false;                          // no worse than that, else that as its peak
  record::Verdict result = record::Verdict::pass;
};
SeverityTarget severity_target_of(const record::Record& record, const record::IncidentRecord& incident);

// Where the command works that gives the record again, and what it needs besides; without a full stop.
std::string where_again(const record::Record& record);

// "60 m simulated, 2026-03-03 14:00 to 15:00 UTC".
std::string span_words(const record::Record& record);
// With a capital at its start, if that is a word.
std::string sentence_case(std::string text);
// "12 340", digits in groups of three with a thin blank between them.
std::string grouped(double value);
// The labels without alertname, in PromQL's notation; empty if there are none.
std::string other_labels(const model::Labels& labels);

// What tells an alert from others of its name, in few words: the values of the labels in which they differ, those that
// people know a replica by first, or its service, deployment or pod.
std::string telling_labels(const record::Record& record, const record::AlertRecord& alert);

// What had to be true and was not: failed first, then what could not be judged.
std::vector<const record::ExpectationRecord*> unmet(const record::Record& record);

// Whether the rule looks back farther than the warm-up went, as `check` has it: its windows held less than they would
// in production, so that what happened in the run is a larger part of it.
bool lacks_history(const record::Record& record, const record::RuleRecord& rule);
// "The warm-up lasted 30 m, and so much is looked back at: BudgetTicket (3 d), expectation 'quiet' (6 h 15 m)."; empty
// if nothing looks back farther.
std::string history_words(const record::Record& record);

// Of a live run: "The machine was short of processors from 14:02:00 to 14:04:00: what was slow, late or unanswered then
// may be its doing, and not the services'."; empty if it never was.
std::string strain_words(const record::Record& record);

// Which alerts a real Prometheus did not take up where the simulated part of the warm-up ended, and that this is
// nothing that the run found; empty if there are none.
std::string lost_at_start_words(const record::Record& record);

// "looks back 30 d, of which there are data of 1 h 30 m": of a query whose window is longer than the run; else empty.
std::string coverage_of(const record::QueryRecord& query);

}  // namespace firedrill::reports
