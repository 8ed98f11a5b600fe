// How the run was monitored, and the rules with their health.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/labels.h"

namespace firedrill::promql {
struct Expr;
}

namespace firedrill::record {

// What looks back farther than the run's warm-up reaches.
struct BeyondHistory {
  std::string what;  // a rule's name, "expectation 'quiet'", "query 'burn'"
  Duration looks_back{};
  bool operator==(const BeyondHistory&) const = default;
};

// An alert that was only kept firing where the simulated part of the warm-up ended. A Prometheus that starts takes up
// no `keep_firing_for`: it fires no longer.
struct LostAtStart {
  std::string alert;
  model::Labels labels;  // without alertname
  Time until{};          // it would have fired so long at least, if its expression had not held again
  bool operator==(const LostAtStart&) const = default;
};

// How the run was monitored: what an export to promtool has to repeat.
struct MonitoringRecord {
  Duration scrape_interval = 1min;
  Duration evaluation_interval = 1min;
  std::string scrape_phase = "spread";  // spread | aligned
  Duration query_offset{};              // of rule groups without one of their own
  model::Labels external_labels;
  std::string external_url;
  bool relabels_alerts = false;  // alerts in the record may have other labels than their rules gave them
  // Those that relabelling may give them; absent: any, if it changes them at all.
  std::optional<std::vector<std::string>> relabelled_labels;
  std::vector<std::string> rule_files;  // in order of evaluation, named as in Record::inputs
  std::string keep = "needed";          // none | needed | all: the series in the series file
  // From when on all was scraped and evaluated; before, of the warm-up, only what something looks back at, and as far
  // apart as it cannot tell. Absent: from the start.
  std::optional<Time> whole_from;
  // What finds less than in production, the farthest first; absent: nothing, or the record was written before it was
  // known (RuleRecord::looks_back says it of rules).
  std::optional<std::vector<BeyondHistory>> beyond_history{};
  // Of a live run: from when on its warm-up was simulated, up to the run's `started`, and loaded as history of the
  // monitor. Absent: all of it passed in real time.
  std::optional<Time> simulated_from{};
  // Of a run under a real Prometheus whose warm-up was simulated; absent: nothing.
  std::optional<std::vector<LostAtStart>> lost_at_start{};
  std::optional<std::string> prometheus{};  // the version of the real one that monitored; absent: the embedded one did
  bool operator==(const MonitoringRecord&) const = default;
};

// The expression that the text beside it is. It adds nothing to the text: two of them never differ.
struct ParsedText {
  std::shared_ptr<const promql::Expr> expression{};
  bool operator==(const ParsedText&) const { return true; }
};

struct RuleRecord {
  std::string group;
  std::string name;
  bool alerting = true;
  std::string expr;
  ParsedText parsed;  // of it, once incident::parse_rules has been there; null if it cannot be parsed
  Duration hold{};    // `for`
  Duration keep_firing_for{};
  model::Labels labels;
  std::uint64_t evaluations = 0;
  std::uint64_t failures = 0;
  std::string last_error;
  Duration interval = 1min;              // of its group
  std::optional<Duration> query_offset;  // of its group; absent: that of MonitoringRecord
  // How many the expression needs to have a value: not those that `absent` asks about, nor what `unless` takes away.
  std::uint64_t selectors = 0;
  // Those of them that matched no series at any evaluation of the judged window, as PromQL text. Some may be empty with
  // good reason (no 5xx has happened yet); a rule all of whose selectors are is vacuous: it cannot have fired.
  std::vector<std::string> empty_selectors;
  bool vacuous() const { return selectors > 0 && empty_selectors.size() >= selectors; }
  // How far back before an evaluation its result depends on what was there: its windows, those of recorded series that
  // it reads, and `for`. Absent in records that were written before it was known.
  std::optional<Duration> looks_back;
  bool operator==(const RuleRecord&) const = default;
};

}  // namespace firedrill::record
