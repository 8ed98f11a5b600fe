// The record of a run: what happened, and what follows from it. Severity, measures, expectations and every report are
// functions of this value alone (and of the series beside it). Its JSON form is described by
// reports/record.schema.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "events/event.h"
#include "record/action.h"
#include "record/alert.h"
#include "record/course/published.h"
#include "record/criteria.h"
#include "record/expectation.h"
#include "record/fault.h"
#include "record/incident.h"
#include "record/logs.h"
#include "record/monitoring.h"
#include "record/notifications.h"
#include "record/on_call.h"
#include "record/people/communication.h"
#include "record/people/drill.h"
#include "record/people/shift.h"
#include "record/results.h"
#include "record/sends.h"
#include "record/truth.h"

namespace firedrill::record {

// Rises only when a reader of the old form would misread the new one.
inline constexpr int kRecordVersion = 2;

struct InputHash {
  std::string path;    // as the scenario names it, or a name such as "time zones 2026a"
  std::string sha256;  // 64 hexadecimal digits
  bool operator==(const InputHash&) const = default;
};

// A stretch of the run with a name: "warmup", "steady", "fault db-refuses", "recovery".
struct Phase {
  std::string name;
  Time from;
  Time to;
  bool operator==(const Phase&) const = default;
};

// What reports and blast radius need of the topology.
struct ServiceSummary {
  std::string name;
  std::vector<std::string> dependencies;
  int replicas = 1;
  bool entry_point = false;
  bool operator==(const ServiceSummary&) const = default;
};

// Of a run that was ended before its end, by somebody or by what it needed.
struct CutShort {
  Time planned_to{};  // the end that it was to have
  std::string why;    // "it was interrupted", "Prometheus was ended by signal 9 (SIGKILL)"
  bool operator==(const CutShort&) const = default;
};

// Of a run under real programs of which one has ended or fallen silent: what it would have found from then on nobody
// knows.
struct Unseen {
  std::string program;       // Prometheus | Alertmanager
  Time from{};               // when it was last seen, by the run's time
  std::string why;           // "Prometheus does not answer: timed out: no whole answer within 3s"
  bool series_lost = false;  // the record has none of its series
  bool operator==(const Unseen&) const = default;
};

struct Record {
  int version = kRecordVersion;
  std::string firedrill;  // the program's version
  std::string scenario;   // its name
  std::string summary;    // the scenario's own sentence
  std::uint64_t seed = 0;
  std::string world = "sim";  // sim | live
  // Of a live run whose incident passed faster than its requests: how many of its seconds in one of the wall's. The
  // record's times are the incident's, and counts are what they are at the rate at which requests came. Absent: 1.
  std::optional<double> speed{};
  std::string monitor = "embedded";  // embedded | prometheus
  std::string command;               // that reproduces the run
  std::string promql_version = "3";
  Time started;      // of the warm-up
  Time judged_from;  // the end of the warm-up: `at`, `from`, `to` count from here
  Time judged_to;
  std::optional<CutShort> cut_short{};  // nothing: it came to its end
  std::optional<Unseen> unseen{};       // nothing: all of it was seen
  std::vector<InputHash> inputs;
  MonitoringRecord monitoring;
  std::string series_hash;                 // SHA-256 of the series file; empty: none kept
  std::optional<std::string> logs_hash{};  // of the file of logs; nothing: none kept

  std::vector<ServiceSummary> services;
  std::vector<Phase> phases;
  std::vector<double> latency_bounds_s;              // rising
  std::vector<ServiceTruth> truth;                   // by minute; in the series file, empty where none was kept
  std::vector<events::Event> timeline;               // in order of time
  Logs logs{};                                       // in a file of their own; empty where they were not read
  std::vector<ActionRecord> actions;                 // in the order in which they were given
  std::vector<AlertRecord> alerts;                   // in order of their first step
  std::vector<SendRecord> sends;                     // of the alerts that a dead man's switch waits for
  std::optional<AlertmanagerRecord> alertmanager{};  // nothing: the run had none
  std::optional<OnCallRecord> on_call{};             // nothing: nobody was
  std::vector<RuleRecord> rules;                     // in order of evaluation
  std::vector<FaultRecord> faults;                   // in the order of the scenario
  std::vector<ProbeRecord> probes;
  Criteria declared;
  std::optional<DrillRecord> drill{};  // nothing: the scenario was run, and nobody worked it

  // Filled by judge().
  Verdict verdict = Verdict::pass;
  std::string verdict_why;  // one sentence
  std::vector<ExpectationRecord> expectations;
  std::vector<IncidentRecord> incidents;
  std::vector<SloRecord> slos;
  std::vector<KpiRecord> kpis;
  // Nothing: nothing was published. As long as, and in the order of, the times that were declared.
  std::optional<std::vector<CourseStep>> course{};
  std::vector<QueryRecord> queries;
  std::optional<StatusPage> status_page{};           // nothing: nobody was on call
  std::optional<std::vector<ShiftRecord>> shifts{};  // likewise; those with pages, in order of their first

  // From when on there are series: the beginning of the warm-up, of one that was simulated before the run, too.
  Time watched_from() const { return monitoring.simulated_from.value_or(started); }
  const FaultRecord* fault(std::string_view id) const;
  const IncidentRecord* incident(std::string_view id) const;
  const RuleRecord* alerting_rule(std::string_view name) const;
  const Slo* slo(std::string_view name) const;  // as declared
};

}  // namespace firedrill::record
