// A drill as a driver would write it down, made in code: the shop's database refuses connections for twenty minutes.
#pragma once

#include <algorithm>

#include <string>
#include <utility>

#include "base/hash.h"
#include "incident/judge.h"
#include "promql/parse/parser.h"
#include "record/record.h"

namespace firedrill::incident::sample {

inline Time at(Duration since_start) {
  return *parse_instant("2026-03-03T14:00:00Z") + since_start;
}

inline record::Expectation expectation(std::string id, std::string kind,
                                       std::vector<std::pair<std::string, FieldValue>> fields) {
  record::Expectation made{std::move(id), std::move(kind), {}};
  for (auto& [name, value] : fields) made.fields.set(name, std::move(value), {});
  return made;
}

inline std::shared_ptr<const promql::Expr> parsed(std::string_view text) {
  return promql::parse_text(text, {}).value();
}

inline const std::vector<double>& bounds() {
  static const std::vector<double> kBounds{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
  return kBounds;
}

// A minute of an entry point with these errors; its latencies are those of a healthy service, or of a broken one.
inline record::TruthMinute minute(double requests, double errors, bool slow) {
  record::TruthMinute truth;
  truth.requests = requests;
  truth.errors = errors;
  truth.buckets =
      slow ? std::vector<double>{0,
                                 0,
                                 requests * 0.1,
                                 requests * 0.1,
                                 requests * 0.2,
                                 requests * 0.2,
                                 requests * 0.2,
                                 requests * 0.1,
                                 requests * 0.1,
                                 0,
                                 0}
           : std::vector<double>{
                 requests * 0.1, requests * 0.4, requests * 0.3, requests * 0.15, requests * 0.05, 0, 0, 0, 0, 0, 0};
  truth.p50_s = slow ? 0.4 : 0.022;
  truth.p95_s = slow ? 3.2 : 0.1;
  truth.p99_s = slow ? 4.6 : 0.22;
  truth.checks = 6;
  truth.checks_passed = errors > 0.5 * requests ? 2 : 6;
  truth.users = 900;
  truth.users_affected = 900 * errors / requests;
  return truth;
}

// Sixty minutes; from the `broken` minute up to the `healed` one, this share of the requests fails.
inline record::ServiceTruth truth(std::string service, bool entry_point, double share, std::size_t broken,
                                  std::size_t healed, std::size_t count = 60) {
  record::ServiceTruth made{std::move(service), entry_point, {}};
  for (std::size_t i = 0; i < count; ++i) {
    const bool bad = i >= broken && i < healed;
    const double requests = 2400 + static_cast<double>(i % 7) * 30;
    made.minutes.push_back(minute(requests, bad ? requests * share : 0, bad));
  }
  return made;
}

inline record::AlertRecord alert(std::string name, std::string severity, std::string service, Duration pending,
                                 Duration firing, std::optional<Duration> resolved) {
  record::AlertRecord made;
  made.alert = name;
  made.labels = {{"alertname", name}, {"severity", severity}, {"service", service}};
  made.annotations = {{"summary", name + " on " + service}};
  made.rule_group = "slo_alerts";
  made.pending_at = at(pending);
  made.firing_at = made.sent_at = made.received_at = at(firing);
  if (resolved) made.resolved_at = at(*resolved);
  made.value = 0.41;
  made.pages = severity == "critical";
  return made;
}

inline record::RuleRecord rule(std::string name, std::string expr, Duration hold) {
  record::RuleRecord made;
  made.group = "slo_alerts";
  made.name = std::move(name);
  made.expr = std::move(expr);
  made.hold = hold;
  made.labels = {{"severity", "critical"}};
  made.evaluations = 180;
  made.interval = 30s;
  made.selectors = 1;
  return made;
}

inline void add_alert_events(record::Record& record) {
  for (const record::AlertRecord& alert : record.alerts) {
    const auto add = [&](events::EventKind kind, const std::optional<Time>& t) {
      if (!t) return;
      events::Event event{*t, kind, alert.alert, {}};
      record.timeline.push_back(event.with("labels", alert.labels).with("value", 0.41));
    };
    add(events::EventKind::alert_pending, alert.pending_at);
    add(events::EventKind::alert_firing, alert.firing_at);
    add(events::EventKind::alert_resolved, alert.resolved_at);
  }
}

inline void add_fault(record::Record& record) {
  record::FaultRecord fault;
  fault.id = "db-refuses";
  fault.kind = "connection_refused";
  fault.target = "postgres";
  fault.services = {"postgres"};
  fault.instances = {"postgres-0"};
  fault.parameters = "at 10m, duration 20m";
  fault.at = at(10min);
  fault.until = at(30min);
  fault.injected_at = fault.at;
  fault.recovered_at = fault.until;
  fault.witness = {"1842 of 1850 connection attempts to postgres were refused (before: 0 of 5321)", at(10min + 15s)};
  const auto event = [&](events::EventKind kind, Time t) {
    events::Event made{t, kind, fault.id, {}};
    made.with("fault", fault.kind).with("target", fault.target);
    if (kind == events::EventKind::fault_witnessed) made.with("symptom", fault.witness.what);
    record.timeline.push_back(made);
  };
  event(events::EventKind::fault_scheduled, record.judged_from);
  event(events::EventKind::fault_injected, *fault.injected_at);
  event(events::EventKind::fault_witnessed, *fault.witness.seen_at);
  event(events::EventKind::fault_recovered, *fault.recovered_at);
  record.faults.push_back(std::move(fault));
}

inline record::Criteria criteria() {
  record::Criteria declared;
  record::Slo availability;
  availability.name = "API Availability";
  availability.service = "web";
  record::Slo latency;
  latency.name = "API Latency";
  latency.sli = record::SliKind::latency;
  latency.sli_name = "p95_latency";
  latency.objective = 0.95;
  latency.threshold = 250ms;
  declared.slos = {availability, latency};
  declared.incidents = {{"db-outage", {"db-refuses"}, "API Availability", "The database refuses connections", true}};
  using Labels = std::map<std::string, std::string>;
  declared.expectations = {
      expectation("pages", "alert_firing",
                  {{"alert", std::string("SLOFastBurn")},
                   {"labels", Labels{{"severity", "critical"}}},
                   {"since", std::string("injected")},
                   {"within", Duration(5min)},
                   {"resolved_within", Duration(15min)}}),
      expectation("quiet", "no_other_alerts", {{"except", std::vector<std::string>{"Watchdog"}}}),
      expectation(
          "detect", "measure",
          {{"incident", std::string("db-outage")}, {"measure", std::string("ttd")}, {"at_most", Duration(3min)}}),
  };
  return declared;
}

// Not judged yet. Seven in ten requests fail from 14:10 to 14:31; the page fires at 14:12:30.
inline record::Record outage() {
  record::Record record;
  record.firedrill = "0.1.0";
  record.scenario = "checkout-database-outage";
  record.summary = "The primary database refuses connections for twenty minutes.";
  record.seed = 42;
  record.command = "firedrill run scenarios/checkout-database-outage --seed 42";
  record.started = at(-30min);
  record.judged_from = at(0min);
  record.judged_to = at(60min);
  record.inputs = {{"scenario.yaml", sha256_hex("scenario")}, {"rules/slo_alerts.yaml", sha256_hex("rules")}};
  record.series_hash = sha256_hex("series");
  record.services = {{"catalogue", {"postgres", "redis"}, 2, false},
                     {"checkout", {"postgres", "redis", "payment"}, 3, false},
                     {"payment", {}, 1, false},
                     {"postgres", {}, 1, false},
                     {"redis", {}, 1, false},
                     {"web", {"checkout", "catalogue"}, 3, true}};
  record.phases = {{"warmup", at(-30min), at(0min)},
                   {"steady", at(0min), at(10min)},
                   {"fault db-refuses", at(10min), at(30min)},
                   {"recovery", at(30min), at(60min)}};
  record.latency_bounds_s = bounds();
  record.truth = {truth("checkout", false, 0.9, 10, 31), truth("web", true, 0.7, 10, 31)};
  record.alerts = {alert("SLOFastBurn", "critical", "web", 10min + 30s, 12min + 30s, 34min)};
  record.rules = {rule("SLOFastBurn", "error_rate > 0.02", 2min),
                  rule("HighLatencyP95", "histogram_quantile(0.95, rate(http_duration_bucket[5m])) > 0.2", 10min)};
  add_fault(record);
  add_alert_events(record);
  std::ranges::stable_sort(record.timeline, {}, &events::Event::t);
  record.declared = criteria();
  return record;
}

// Nothing injected, nothing fires.
inline record::Record quiet() {
  record::Record record = outage();
  record.scenario = "quiet-day";
  record.summary = "Nothing happens.";
  record.faults.clear();
  record.alerts.clear();
  record.timeline.clear();
  record.truth = {truth("web", true, 0, 0, 0)};
  record.declared.incidents.clear();
  record.declared.expectations = {expectation("quiet", "no_other_alerts", {})};
  return record;
}

}  // namespace firedrill::incident::sample
