// The record of a run: what happened, and what follows from it. Severity, measures, expectations and every report are
// functions of this value alone (and of the series beside it). Its JSON form is described by
// reports/record.schema.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "events/event.h"
#include "incident/expectation.h"
#include "incident/sends.h"
#include "incident/severity/severity.h"
#include "incident/slo/slo.h"
#include "model/labels.h"

namespace firedrill::incident {

using events::Event;
using events::EventKind;
using events::EventValue;

// Rises only when a reader of the old form would misread the new one.
inline constexpr int kRecordVersion = 1;

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

// The world's truth about one service in one minute: over all requests, not over what was scraped.
struct TruthMinute {
  double requests = 0;
  double errors = 0;
  double p50 = 0;  // seconds; 0 without requests
  double p95 = 0;
  double p99 = 0;
  // Requests by latency: as many as Record::latency_bounds (bucket i: more than bound i−1, at most bound i) and one
  // more for those over the last bound. Empty: only the percentiles are known.
  std::vector<double> buckets;
  double checks = 0;  // outside checks of the entry point in this minute
  double checks_passed = 0;
  double users = 0;           // distinct users with a request in the five minutes that end with this one
  double users_affected = 0;  // of them, those with a failed request
  bool operator==(const TruthMinute&) const = default;
};

// Kept for every entry point (severity and impact are over these), and for every service that has an SLO or whose
// golden signals are to be shown.
struct ServiceTruth {
  std::string service;
  bool entry_point = false;
  std::vector<TruthMinute> minutes;  // the first begins at Record::judged_from, without gaps; the last may be cut short
  bool operator==(const ServiceTruth&) const = default;
};

// AlertRecord::held_back_by of an alert that never left the monitor.
inline constexpr std::string_view kDroppedByRelabelling = "alert_relabel_configs";

// One activation of one alert, from pending to resolved. A step that was not reached is absent.
struct AlertRecord {
  std::string alert;
  model::Labels labels;                                          // with alertname, as sent
  std::vector<std::pair<std::string, std::string>> annotations;  // rendered when it fired (or last), in order of name
  std::string rule_group;
  std::optional<Time> injected_at;  // of its incident; filled by judge()
  std::optional<Time> breached_at;  // of its incident; filled by judge()
  std::optional<Time> pending_at;
  std::optional<Time> firing_at;
  std::optional<Time> routed_at;
  std::optional<Time> inhibited_at;
  std::optional<Time> silenced_at;
  std::optional<Time> muted_at;
  std::string held_back_by;  // the inhibiting alert, the silence, the time interval
  std::optional<Time> notified_at;
  std::optional<Time> delivered_at;
  std::optional<Time> acknowledged_at;
  std::optional<Time> resolved_at;
  std::optional<double> value;  // of the expression when it fired (or last, if it never did)
  bool page = false;            // it reached, or with its labels would reach, a person at once
  // Filled by judge(): the incident it belongs to (empty: none) and why.
  std::string incident;
  std::string attribution;  // named | blast_radius | only_incident | warmup | excepted | spurious | pending_only
  bool operator==(const AlertRecord&) const = default;
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
  std::string keep = "needed";          // needed | all: the series in the series file
  bool operator==(const MonitoringRecord&) const = default;
};

struct RuleRecord {
  std::string group;
  std::string name;
  bool alerting = true;
  std::string expr;
  Duration hold{};  // `for`
  Duration keep_firing_for{};
  model::Labels labels;
  std::uint64_t evaluations = 0;
  std::uint64_t failures = 0;
  std::string last_error;
  Duration interval = 1min;     // of its group
  std::uint64_t selectors = 0;  // how many the expression has
  // Those of them that matched no series at any evaluation of the judged window, as PromQL text. Some may be empty with
  // good reason (no 5xx has happened yet); a rule all of whose selectors are is vacuous: it cannot have fired.
  std::vector<std::string> empty_selectors;
  bool vacuous() const { return selectors > 0 && empty_selectors.size() >= selectors; }
  bool operator==(const RuleRecord&) const = default;
};

// A symptom measured in the traffic that proves that a fault took effect.
struct Witness {
  std::string what;             // "1842 of 1850 connection attempts to postgres were refused (before: 0 of 5321)"
  std::optional<Time> seen_at;  // absent: never seen, so the drill is invalid
  bool operator==(const Witness&) const = default;
};

struct FaultRecord {
  std::string id;
  std::string kind;
  std::string target;                  // in words: "postgres", "zone eu1-a"
  std::vector<std::string> services;   // those with replicas in the target, sorted
  std::vector<std::string> nodes;      // of the target's zone, if it is one: the label `node` of alerts about machines
  std::vector<std::string> instances;  // the replicas hit
  // Services further down that it puts load on (a surge of traffic, a storm of retries), sorted; empty: its effects
  // are those of the services alone.
  std::vector<std::string> loads;
  std::optional<bool> telemetry;  // it hits what is told of services, and not these; absent: no
  std::string parameters;         // as the scenario says them, in one line
  Time at;                        // scheduled
  Time until;
  std::optional<Time> injected_at;
  std::optional<Time> recovered_at;
  Witness witness;
  bool operator==(const FaultRecord&) const = default;
};

struct ProbeTransition {
  Time t;
  bool success = false;
  std::string detail;  // "connection refused", "HTTP 503", "time-out after 1 s"
  bool operator==(const ProbeTransition&) const = default;
};

struct ProbeRecord {
  std::string service;
  std::string instance;
  std::string probe;  // liveness | readiness | startup
  std::uint64_t checks = 0;
  std::uint64_t failures = 0;
  std::vector<ProbeTransition> transitions;  // published results only
  bool operator==(const ProbeRecord&) const = default;
};

// Declared in the scenario, or one for each fault (then `declared` is false and the id is the fault's).
struct DeclaredIncident {
  std::string id;
  std::vector<std::string> faults;
  std::string slo;    // a name among the SLOs; empty: any SLO whose service is in the blast radius
  std::string title;  // may be empty
  bool declared = true;
  bool operator==(const DeclaredIncident&) const = default;
};

// A PromQL expression to be shown with its value at the end of the run: the SLO files' `queries:`.
struct NamedExpression {
  std::string name;
  std::string expr;
  bool operator==(const NamedExpression&) const = default;
};

// What the run is judged by. It is part of the record, so that judging can be repeated from the record alone.
struct Criteria {
  std::vector<Expectation> expectations;
  std::vector<DeclaredIncident> incidents;
  std::vector<Slo> slos;
  std::vector<NamedExpression> queries;
  SeverityThresholds severity;
  Duration hold = 5min;  // mitigated: the SLI is back within its objective for as long as this
};

struct SeverityChange {
  Time t;
  SeverityLevel level = SeverityLevel::p3;
  SeverityInputs inputs;
  std::string why;
  bool operator==(const SeverityChange&) const = default;
};

struct IncidentTimes {
  std::optional<Time> injected_at;
  std::optional<Time> breached_at;
  std::optional<Time> pending_at;
  std::optional<Time> firing_at;
  std::optional<Time> reported_at;  // by a person
  std::optional<Time> notified_at;
  std::optional<Time> acknowledged_at;
  std::optional<Time> communicated_at;
  std::optional<Time> mitigated_at;
  std::optional<Time> resolved_at;
  bool operator==(const IncidentTimes&) const = default;
};

// A time measured on an incident. `value` absent: it does not apply (nothing broke, nobody was to be paged).
struct Measure {
  std::string name;  // ttd, ttd_injected, delivery, tta, ttc, ttm, ttr
  std::optional<Duration> value;
  bool early = false;     // detected ahead of the breach: the value is 0
  bool censored = false;  // it had not happened when the run ended: the value is a lower bound
  // "2 m 30 s", "0 s (early, 40 s ahead of the breach)", "> 50 min", "not applicable".
  std::string text;
  bool operator==(const Measure&) const = default;
};

struct IncidentRecord {
  std::string id;
  std::string title;
  std::vector<std::string> faults;
  std::string slo;
  std::vector<std::string> services;      // that the faults hit, sorted
  std::vector<std::string> nodes;         // of the zones that they hit, sorted
  std::vector<std::string> blast_radius;  // these, what the faults load, and whatever depends on any of it, sorted
  std::vector<SeverityChange> severity;   // as it evolved, while the incident was open
  std::optional<SeverityLevel> peak;      // absent: never opened
  IncidentTimes times;
  // The severity thresholds crossed when it broke, "availability 0 % < 50 %", where it is these that say so first;
  // absent: an SLO was missed first, or it never broke.
  std::optional<std::string> thresholds_crossed;
  std::vector<Measure> measures;
  std::string detected_by = "nobody";  // alert | person | nobody
  std::string detected_alert;          // the alert that detected it
  std::vector<std::string> paged;
  std::string acknowledged_by;
  // Impact while it was broken (from injection to mitigation), over the entry points.
  double requests = 0;
  double requests_failed = 0;
  double affected_peak = 0;  // the largest share of users affected in any five minutes
  bool operator==(const IncidentRecord&) const = default;
  const Measure* measure(std::string_view name) const;
};

// The fastest that a budget burned over any window of a length within the run.
struct BurnRecord {
  Duration window{};
  double rate = 0;
  std::optional<Time> at;  // the end of that window; absent: nothing burned
  bool operator==(const BurnRecord&) const = default;
};

struct SloRecord {
  std::string name;
  SliCount count;                   // over the judged window
  std::optional<Time> breached_at;  // an objective is missed or a severity threshold crossed
  // Share of the budget left at the run's end, over the SLO's window that ends then. What of the window lies before the
  // judged time counts as time with the same traffic and no failure (error_budget.h).
  double budget_left = 1;
  Duration budget{};
  Duration burned{};                         // in minutes of total outage
  double worst_burn_rate = 0;                // over the worst minute
  std::vector<BurnRecord> worst_burn_rates;  // over 1 h, 6 h, 1 d and 3 d
  bool operator==(const SloRecord&) const = default;
};

struct KpiRecord {
  std::string name;   // "MTTD"
  std::string title;  // "Mean time to detect"
  std::optional<double> value;
  std::string unit;       // "s", "ratio"
  std::string text;       // "2 m 30 s", "> 50 min", "no pages"
  std::string target;     // "< 5 min"
  std::string threshold;  // "> 10 min"
  std::string status;     // met | missed | alert | none (no data)
  bool operator==(const KpiRecord&) const = default;
};

struct QueryValue {
  model::Labels labels;  // empty of a scalar
  double value = 0;
  bool operator==(const QueryValue&) const = default;
};

struct QueryRecord {
  std::string name;
  std::string expr;
  Time at;                         // the end of the run
  std::vector<QueryValue> values;  // sorted by labels; of a scalar, one
  // How far back it looks, and how much of that the run's data cover: what they show counts for the whole, as it does
  // in a Prometheus that is as young. Absent: all of it.
  std::optional<Duration> looks_back;
  std::optional<Duration> covered;
  std::string error;  // why it could not be evaluated; empty: it was
  bool operator==(const QueryRecord&) const = default;
};

struct ExpectationRecord {
  std::string id;
  std::string kind;
  Outcome outcome;
};

struct Record {
  int version = kRecordVersion;
  std::string firedrill;  // the program's version
  std::string scenario;   // its name
  std::string summary;    // the scenario's own sentence
  std::uint64_t seed = 0;
  std::string world = "sim";         // sim | live
  std::string monitor = "embedded";  // embedded | prometheus
  std::string command;               // that reproduces the run
  std::string promql_version = "3";
  Time started;      // of the warm-up
  Time judged_from;  // the end of the warm-up: `at`, `from`, `to` count from here
  Time judged_to;
  std::vector<InputHash> inputs;
  MonitoringRecord monitoring;
  std::string series_hash;  // SHA-256 of the series file; empty: none kept

  std::vector<ServiceSummary> services;
  std::vector<Phase> phases;
  std::vector<double> latency_bounds;  // seconds, rising
  std::vector<ServiceTruth> truth;     // by minute; "minutes" in JSON
  std::vector<Event> timeline;         // in order of time
  std::vector<AlertRecord> alerts;     // in order of their first step
  std::vector<SendRecord> sends;       // of the alerts that a dead man's switch waits for
  std::vector<RuleRecord> rules;       // in order of evaluation
  std::vector<FaultRecord> faults;     // in the order of the scenario
  std::vector<ProbeRecord> probes;
  Criteria declared;

  // Filled by judge().
  Verdict verdict = Verdict::pass;
  std::string verdict_why;  // one sentence
  std::vector<ExpectationRecord> expectations;
  std::vector<IncidentRecord> incidents;
  std::vector<SloRecord> slos;
  std::vector<KpiRecord> kpis;
  std::vector<QueryRecord> queries;

  const FaultRecord* fault(std::string_view id) const;
  const IncidentRecord* incident(std::string_view id) const;
  const RuleRecord* alerting_rule(std::string_view name) const;
  const Slo* slo(std::string_view name) const;  // as declared
};

}  // namespace firedrill::incident
