// The fields of everything in a record, each listed once with its meaning: writing, reading, rounding and the JSON
// Schema are visitors over these lists, and so cannot disagree. An absent optional value is an absent field.
#pragma once

#include "record/field_visitor.h"
#include "record/people/fields.h"
#include "record/record.h"

namespace firedrill::record {

template <typename Visitor, Of<InputHash> T>
void fields(Visitor& v, T& x) {
  v("path", x.path, "The file as the scenario names it, or what else was read.");
  v("sha256", x.sha256, "Of its bytes, in hexadecimal.");
}

template <typename Visitor, Of<Phase> T>
void fields(Visitor& v, T& x) {
  v("name", x.name, "What the phase is called.");
  v("from", x.from, "Its start.");
  v("to", x.to, "Its end.");
}

template <typename Visitor, Of<ServiceSummary> T>
void fields(Visitor& v, T& x) {
  v("name", x.name, "The service.");
  v("dependencies", x.dependencies, "The services it calls.");
  v("replicas", x.replicas, "How many there are at the start.");
  v("entry_point", x.entry_point, "Whether traffic comes in here from outside.");
}

template <typename Visitor, Of<HeldBack> T>
void fields(Visitor& v, T& x) {
  v("at", x.at, "When that began.");
  v("how", x.how, "dropped, lost, inhibited, silenced, muted or deduplicated.");
  v("by", x.by,
    "The relabelling, the way, the alert, the silence, the time interval, or the receiver that believes it firing.");
  v("until", x.until, "When that ended, while the alert was there.");
}

template <typename Visitor, Of<Heard> T>
void fields(Visitor& v, T& x) {
  v("from", x.from, "When a send of it arrived.");
  v("to", x.to, "When it was taken to be over; absent: not by the run's end.");
  v("expired", x.expired, "Whether that was because it was not sent again, and nobody said that it had resolved.");
}

template <typename Visitor, Of<AlertRecord> T>
void fields(Visitor& v, T& x) {
  v("alert", x.alert, "The alert's name.");
  v("labels", x.labels, "Its labels.");
  v("annotations", x.annotations, "Its annotations, rendered.");
  v("rule_group", x.rule_group, "The group of its rule.");
  v("injected_at", x.injected_at, "When its incident's fault was injected.");
  v("breached_at", x.breached_at, "When its incident broke.");
  v("pending_at", x.pending_at, "When its expression began to hold.");
  v("firing_at", x.firing_at, "When it fired.");
  v("sent_at", x.sent_at, "When the monitor posted it.");
  v("received_at", x.received_at, "When an Alertmanager had it.");
  v("notified_at", x.notified_at, "When a receiver had accepted a notification with it.");
  v("paged_at", x.paged_at, "When a person was called.");
  v("acknowledged_at", x.acknowledged_at, "When somebody acknowledged it.");
  v("resolved_at", x.resolved_at, "When its expression no longer held.");
  v("forgotten_at", x.forgotten_at,
    "When the monitor that knew it stopped: nobody knows when its expression no longer held.");
  v("heard", x.heard,
    "When an Alertmanager took it to fire; empty where nothing can be lost: then from received to resolved.");
  v("held_back", x.held_back, "What kept it from its next step.");
  v("value", x.value, "Of the expression when it fired, or last.");
  v("receivers", x.receivers, "Where its routes lead; absent: there is no Alertmanager, or it never left the monitor.");
  v("pages", x.pages,
    "Whether it is for a person at once: a receiver of it calls one, or without an Alertmanager the paging matchers "
    "name "
    "it.");
  v("incident", x.incident, "The incident it belongs to; empty: none.");
  v("attribution", x.attribution,
    "Why: named, blast_radius, only_incident, warmup, excepted, spurious or pending_only.");
}

template <typename Visitor, Of<ActionRecord> T>
void fields(Visitor& v, T& x) {
  v("given_at", x.given_at, "When it was said.");
  v("t", x.action.t, "When it took effect.");
  v("kind", x.action.kind, "begin fault, end fault, or what people do: rollback, restart, ….");
  v("subject", x.action.subject, "The fault's id, or what it was done to: a service, a node.");
  v("by", x.action.by, "The person; empty: not known.");
  v("replicas", x.action.replicas, "Of a scaling, how many there were to be; else 0.");
  v("arguments", x.action.arguments, "What else it was given; absent: nothing.");
}

template <typename Visitor, Of<SendStretch> T>
void fields(Visitor& v, T& x) {
  v("from", x.from, "The first send.");
  v("to", x.to, "The last send.");
  v("received", x.received, "Whether the Alertmanager had them.");
  v("sends", x.sends, "How many there were.");
}

template <typename Visitor, Of<SendRecord> T>
void fields(Visitor& v, T& x) {
  v("alert", x.alert, "The alert's name.");
  v("labels", x.labels, "Its labels, as sent.");
  v("spacing_seconds", x.spacing, "Between two sends while all is well.");
  v("stretches", x.stretches, "Sends that follow each other as they should, with one outcome.");
}

template <typename Visitor, Of<SilenceRecord> T>
void fields(Visitor& v, T& x) {
  v("id", x.id, "What held_back calls it.");
  v("matchers", x.matchers, "Of the alerts' labels; all of them must hold.");
  v("from", x.from, "When it begins.");
  v("to", x.to, "When it ends.");
  v("comment", x.comment, "Why it was set.");
}

template <typename Visitor, Of<events::NotificationAttempt> T>
void fields(Visitor& v, T& x) {
  v("at", x.at, "When the request was made.");
  v("ended", x.ended, "When it was answered, or given up.");
  v("status", x.status, "Of the answer, as HTTP has it; 0: there was none.");
  choice(v, "result", x.result,
         {"accepted", "retried", "dropped", "timed_out", "cancelled", "under_way", "not_rendered"},
         "What came of it; not_rendered: there was none, since a template failed.");
}

template <typename Visitor, Of<events::NotifiedAlert> T>
void fields(Visitor& v, T& x) {
  choice(v, "status", x.status, {"firing", "resolved"}, "When the group was flushed.");
  v("labels", x.labels, "The alert's labels.");
}

template <typename Visitor, Of<events::Notification> T>
void fields(Visitor& v, T& x) {
  v("t", x.t, "When it was accepted; of a failed one when its last attempt ended.");
  v("receiver", x.receiver, "Who was told.");
  v("integration", x.integration, "The kind of what sent it.");
  v("index", x.index, "Of the integration within the receiver.");
  v("pages", x.pages, "Whether the receiver calls a person.");
  v("group_key", x.group_key, "Of the group of alerts, as Alertmanager has it.");
  v("group_labels", x.group_labels, "The labels that the group's alerts share.");
  v("flushed_at", x.flushed_at, "When the group was flushed.");
  choice(v, "reason", x.reason, {"first_notification", "new_alerts", "some_resolved", "all_resolved", "repeat"},
         "Why it was sent.");
  choice(v, "status", x.status, {"firing", "resolved"}, "Whether any of its alerts fires.");
  v("alerts", x.alerts, "In the payload's order.");
  v("accepted", x.accepted, "Whether the receiver took it.");
  v("attempts", x.attempts, "The requests that were made.");
  v("payload", x.payload,
    "What it was sent last, by its index in payloads; absent: it could not be rendered, or is not kept.");
  v("fault", x.fault, "Why it could not be rendered.");
  v("under_way", x.under_way, "That it was still being tried when the run ended; absent: no.");
}

template <typename Visitor, Of<events::NotificationPayload::Field> T>
void fields(Visitor& v, T& x) {
  v("path", x.path, "As the configuration names it; of what it does not name the place in the body.");
  v("text", x.text, "The text.");
}

template <typename Visitor, Of<events::NotificationPayload::Header> T>
void fields(Visitor& v, T& x) {
  v("name", x.name, "The header's name.");
  v("value", x.value, "Its value.");
}

template <typename Visitor, Of<events::NotificationPayload::Request> T>
void fields(Visitor& v, T& x) {
  v("method", x.method, "Of HTTP; MAIL of a mail.");
  v("url", x.url, "Where it goes.");
  v("headers", x.headers, "In their order, without those of the HTTP client itself.");
  v("body", x.body, "What is sent; of a mail its parts.");
}

template <typename Visitor, Of<events::NotificationPayload> T>
void fields(Visitor& v, T& x) {
  v("fields", x.fields, "The texts that whoever is told may read.");
  v("requests", x.requests, "What is sent, in order. Secrets are <secret>.");
}

template <typename Visitor, Of<AlertmanagerRecord> T>
void fields(Visitor& v, T& x) {
  v("config_file", x.config_file, "Its configuration, named as the inputs are.");
  v("version", x.version, "The Alertmanager that is meant.");
  v("program", x.program, "The version of the real one that notified; absent: the embedded one did.");
  v("paging", x.paging, "The receivers that call a person.");
  v("silences", x.silences, "Those that were set, in order.");
  v("notifications", x.notifications, "In the order in which they ended.");
  v("payloads", x.payloads, "What they were sent, rendered, each once.");
  v("payloads_left_out", x.payloads_left_out,
    "Notifications whose payload is not kept, since there is too much; absent: none.");
}

template <typename Visitor, Of<BeyondHistory> T>
void fields(Visitor& v, T& x) {
  v("what", x.what, "The rule, the expectation or the query of an SLO file.");
  v("looks_back_seconds", x.looks_back, "How much of the time before the judged part it depends on.");
}

template <typename Visitor, Of<LostAtStart> T>
void fields(Visitor& v, T& x) {
  v("alert", x.alert, "The alert that was only kept firing.");
  v("labels", x.labels, "Its labels, without alertname.");
  v("until", x.until, "How long it would have been kept.");
}

template <typename Visitor, Of<MonitoringRecord> T>
void fields(Visitor& v, T& x) {
  v("scrape_interval_seconds", x.scrape_interval, "Between scrapes of a target.");
  v("evaluation_interval_seconds", x.evaluation_interval, "Of rule groups without an interval of their own.");
  choice(v, "scrape_phase", x.scrape_phase, {"spread", "aligned"}, "Whether targets are scraped at once.");
  v("query_offset_seconds", x.query_offset, "Of rule groups without one of their own.");
  v("external_labels", x.external_labels, "That alerts carry to the outside.");
  v("external_url", x.external_url, "As templates know it.");
  v("relabels_alerts", x.relabels_alerts, "Whether alerts' labels were changed on their way.");
  v("relabelled_labels", x.relabelled_labels, "The labels that they may have been given then; absent: any.");
  v("rule_files", x.rule_files, "In order of evaluation, named as the inputs are; copies are in the folder inputs.");
  choice(v, "keep", x.keep, {"none", "needed", "all"}, "The series in the series file.");
  v("whole_from", x.whole_from,
    "From when on all was scraped and evaluated; before, only what is looked back at. Absent: from the start.");
  v("beyond_history", x.beyond_history,
    "What looks back farther than the warm-up reaches and can tell, the farthest first; absent: nothing does.");
  v("simulated_from", x.simulated_from,
    "Of a live run: from when on, up to `started`, its warm-up was simulated and loaded as history; absent: none was.");
  v("lost_at_start", x.lost_at_start,
    "Alerts that were only kept firing as the simulated part ended, which a Prometheus that starts does not take up; "
    "absent: none.");
  v("prometheus", x.prometheus, "The version of the real one that monitored; absent: the embedded one did.");
}

template <typename Visitor, Of<RuleRecord> T>
void fields(Visitor& v, T& x) {
  v("group", x.group, "The rule's group.");
  v("name", x.name, "The alert, or the recorded metric.");
  v("alerting", x.alerting, "An alerting rule; else a recording rule.");
  v("expr", x.expr, "Its expression.");
  v("for_seconds", x.hold, "How long the expression must hold.");
  v("keep_firing_for_seconds", x.keep_firing_for, "How long it fires on.");
  v("labels", x.labels, "The rule's labels, unrendered.");
  v("evaluations", x.evaluations, "How often it was evaluated.");
  v("failures", x.failures, "How often that failed.");
  v("last_error", x.last_error, "Why it failed last.");
  v("interval_seconds", x.interval, "Between evaluations.");
  v("query_offset_seconds", x.query_offset, "Of its group; absent: that of the monitoring.");
  v("selectors", x.selectors,
    "How many selectors the expression needs: not those of absent, nor what unless takes away.");
  v("empty_selectors", x.empty_selectors, "Those that no series ever matched; all of them: the rule is vacuous.");
  v("looks_back_seconds", x.looks_back,
    "How much of the time before an evaluation its result depends on, for included; absent: not known.");
}

template <typename Visitor, Of<Witness> T>
void fields(Visitor& v, T& x) {
  v("what", x.what, "The symptom measured in the traffic; where there was none, why.");
  v("seen_at", x.seen_at, "When it was first seen; absent: never, so the drill is invalid.");
}

template <typename Visitor, Of<FaultRecord> T>
void fields(Visitor& v, T& x) {
  v("id", x.id, "The fault's id.");
  v("kind", x.kind, "Its kind.");
  v("target", x.target, "What it hits, in words.");
  v("services", x.services, "Those with replicas in the target.");
  v("nodes", x.nodes, "The machines in the target, of a zone.");
  v("instances", x.instances, "The pods hit, also those that took the place of one while it was on.");
  v("loads", x.loads, "Services further down that it puts load on.");
  v("telemetry", x.telemetry, "Whether it hits what is told of services, and not these; absent: no.");
  v("parameters", x.parameters, "As the scenario says them.");
  v("at", x.at, "When it was to begin.");
  v("until", x.until, "When it was to end.");
  v("injected_at", x.injected_at, "When it was applied.");
  v("recovered_at", x.recovered_at, "When it was removed.");
  v("witness", x.witness, "The proof that it took effect.");
}

template <typename Visitor, Of<ProbeTransition> T>
void fields(Visitor& v, T& x) {
  v("t", x.t, "When the published result changed.");
  v("success", x.success, "To what.");
  v("detail", x.detail, "Why.");
}

template <typename Visitor, Of<ProbeRecord> T>
void fields(Visitor& v, T& x) {
  v("service", x.service, "The service.");
  v("instance", x.instance, "The replica.");
  v("probe", x.probe, "liveness, readiness or startup.");
  v("checks", x.checks, "How many were made.");
  v("failures", x.failures, "How many failed.");
  v("transitions", x.transitions, "Changes of the published result.");
}

template <typename Visitor, Of<DeclaredIncident> T>
void fields(Visitor& v, T& x) {
  v("id", x.id, "The incident's id.");
  v("faults", x.faults, "The faults that cause it.");
  v("slo", x.slo, "The SLO that says what is broken; empty: any in the blast radius.");
  v("title", x.title, "For people.");
  v("declared", x.declared, "By the scenario; else it stands for one fault.");
}

template <typename Visitor, Of<Slo> T>
void fields(Visitor& v, T& x) {
  v("name", x.name, "The SLO's name.");
  v("service", x.service, "Whose requests count; empty: those of all entry points.");
  v("kind", x.sli, "What makes a request good.");
  v("sli", x.sli_name, "The indicator as written.");
  v("objective", x.objective, "The share of good requests wanted.");
  v("threshold_seconds", x.threshold, "Of a latency: the longest that is good.");
  v("window_seconds", x.window, "Over which the budget counts.");
  v("error_budget_seconds", x.stated_budget, "The budget as stated.");
}

template <typename Visitor, Of<SeverityRule> T>
void fields(Visitor& v, T& x) {
  v("error_rate_over", x.error_rate_over, "A share of requests.");
  v("p95_seconds_over", x.p95_seconds_over, "Seconds.");
  v("affected_over", x.affected_over, "A share of users.");
  v("availability_under", x.availability_under, "A share of outside checks.");
}

template <typename Visitor, Of<SeverityThresholds> T>
void fields(Visitor& v, T& x) {
  v("p0", x.p0, "What makes an incident P0: any of these.");
  v("p1", x.p1, "Else P1.");
  v("p2", x.p2, "Else P2; else it is P3.");
}

template <typename Visitor, Of<NamedExpression> T>
void fields(Visitor& v, T& x) {
  v("name", x.name, "What it is called.");
  v("expr", x.expr, "In PromQL.");
}

template <typename Visitor, Of<Counterpart> T>
void fields(Visitor& v, T& x) {
  choice(v, "kind", x.kind, {"incident", "alert", "begins", "ends", "action"},
         "A time of an incident; an alert fires; a fault begins, or ends; somebody takes an action.");
  v("name", x.name, "Which.");
  v("of", x.of, "The incident, or what the action is done to; absent: the first, or any.");
}

template <typename Visitor, Of<PublishedTime> T>
void fields(Visitor& v, T& x) {
  v("after_seconds", x.after, "As published, since the beginning of the fault from which times count.");
  v("what", x.what, "What happened then.");
  v("here", x.here, "What stands for it in this run; absent: nothing.");
}

template <typename Visitor, Of<Published> T>
void fields(Visitor& v, T& x) {
  v("source", x.source, "What was published, in words.");
  v("from", x.from, "The fault from whose beginning times count.");
  choice(v, "since", x.since, {"injected", "breached"}, "From there, or from when the first incident broke.");
  v("factor", x.factor, "Within which times are to agree.");
  v("times", x.times, "In their order.");
}

template <typename Visitor, Of<CourseStep> T>
void fields(Visitor& v, T& x) {
  v("what", x.what, "What was published.");
  v("after_seconds", x.after, "When, since the beginning of the fault from which times count.");
  v("here_at", x.here_at, "When it was in this run; absent: never, or nothing is compared with it.");
  choice(v, "standing", x.standing, {"not compared", "agrees", "earlier", "later", "out of order", "missing"},
         "How the one stands to the other.");
}

template <typename Visitor, Of<Criteria> T>
void fields(Visitor& v, T& x) {
  v("expectations", x.expectations, "As the scenario declares them.");
  v("incidents", x.incidents, "As the scenario declares them.");
  v("slos", x.slos, "Service level objectives.");
  v("queries", x.queries, "Expressions whose values are to be shown.");
  v("paging", x.paging, "Matchers of the alerts that are for a person at once; all of them must hold.");
  v("severity", x.severity, "Thresholds.");
  v("published", x.published, "The published course that the scenario retells; absent: none.");
  v("hold_seconds", x.hold, "How long an SLI must be back within its objective.");
}

template <typename Visitor, Of<SeverityInputs> T>
void fields(Visitor& v, T& x) {
  v("error_rate", x.error_rate, "Failed requests ÷ requests of the entry points.");
  v("p95_seconds", x.p95_seconds, "Of the entry points' requests.");
  v("affected", x.affected, "Share of users with a failed request.");
  v("availability", x.availability, "Share of outside checks that succeeded.");
}

template <typename Visitor, Of<SeverityChange> T>
void fields(Visitor& v, T& x) {
  v("t", x.t, "When.");
  v("level", x.level, "From then on.");
  v("inputs", x.inputs, "Over the five minutes before.");
  v("why", x.why, "The thresholds crossed.");
}

template <typename Visitor, Of<IncidentTimes> T>
void fields(Visitor& v, T& x) {
  v("injected_at", x.injected_at, "The first fault was applied.");
  v("breached_at", x.breached_at,
    "The first minute in which the SLI misses its objective or a severity threshold is crossed.");
  v("pending_at", x.pending_at, "The detecting alert's expression began to hold.");
  v("firing_at", x.firing_at, "The detecting alert fired.");
  v("first_sign_at", x.first_sign_at,
    "The first of its alerts fired that was not dropped on its way, whether or not it pages anybody.");
  v("reported_at", x.reported_at, "A person reported it.");
  v("notified_at", x.notified_at, "A receiver accepted the first notification.");
  v("detected_at", x.detected_at, "A person heard of it: the first alert that pages was received, or a report.");
  v("acknowledged_at", x.acknowledged_at, "Somebody acknowledged.");
  v("communicated_at", x.communicated_at, "The first public update.");
  v("mitigated_at", x.mitigated_at,
    "The SLI was back within its objective, to stay, and where a severity threshold broke it, none was crossed.");
  v("resolved_at", x.resolved_at,
    "What was broken was well again and the alerts were resolved; of an incident without either, its faults were "
    "removed.");
}

template <typename Visitor, Of<Measure> T>
void fields(Visitor& v, T& x) {
  v("name", x.name, "ttd, ttd_injected, first_sign, delivery, tta, ttc, ttm or ttr.");
  v("value_seconds", x.value, "Absent: it does not apply.");
  v("early", x.early, "Detected ahead of the breach; the value is 0.");
  v("censored", x.censored, "It had not happened when the run ended; the value is a lower bound.");
  v("text", x.text, "For people.");
}

template <typename Visitor, Of<IncidentRecord> T>
void fields(Visitor& v, T& x) {
  v("id", x.id, "The incident's id.");
  v("title", x.title, "For people.");
  v("faults", x.faults, "The faults that cause it.");
  v("slo", x.slo, "The SLO that says what is broken.");
  v("services", x.services, "Those that the faults hit.");
  v("nodes", x.nodes, "The machines of the zones that the faults hit.");
  v("blast_radius", x.blast_radius, "These services, those that the faults load, and what depends on any of them.");
  v("severity", x.severity, "As it evolved.");
  v("peak", x.peak, "The worst severity; absent: it never opened.");
  v("times", x.times, "When each step was reached.");
  v("thresholds_crossed", x.thresholds_crossed,
    "The severity thresholds that were crossed at breached_at, before an SLO was missed; absent: one was missed "
    "first, or it never broke.");
  v("measures", x.measures, "How long each step took.");
  v("detected_by", x.detected_by, "alert, person or nobody.");
  v("detected_alert", x.detected_alert, "The alert that detected it.");
  v("paged", x.paged, "Who was paged.");
  v("acknowledged_by", x.acknowledged_by, "Who acknowledged.");
  v("communication", x.communication,
    "What others were told of it; absent: nobody was on call, or the incident was never open.");
  v("requests", x.requests, "At the entry points, from injection to mitigation.");
  v("requests_failed", x.requests_failed, "Of these.");
  v("affected_peak", x.affected_peak, "The largest share of users affected in five minutes.");
}

template <typename Visitor, Of<SliCount> T>
void fields(Visitor& v, T& x) {
  v("good", x.good, "Good requests.");
  v("total", x.total, "All requests.");
}

template <typename Visitor, Of<BurnRecord> T>
void fields(Visitor& v, T& x) {
  v("window_seconds", x.window, "Its length.");
  v("rate", x.rate, "How many times faster than allowed; what lies before the judged time counts as faultless.");
  v("at", x.at, "The end of the first window that burned so fast; absent: nothing burned.");
}

template <typename Visitor, Of<SloRecord> T>
void fields(Visitor& v, T& x) {
  v("name", x.name, "The SLO's name.");
  v("count", x.count, "Over the judged window.");
  v("breached_at", x.breached_at, "The first minute in which the SLI misses its objective.");
  v("budget_left", x.budget_left,
    "Share of the budget left at the run's end; what of the SLO's window lies before the judged time counts as "
    "faultless. May be negative.");
  v("budget_seconds", x.budget, "(1 − objective) × window.");
  v("burned_seconds", x.burned, "The part of it that the run used up.");
  v("worst_burn_rate", x.worst_burn_rate, "In the worst minute.");
  v("worst_burn_rates", x.worst_burn_rates, "The fastest over any 1 h, 6 h, 1 d and 3 d.");
}

template <typename Visitor, Of<KpiRecord> T>
void fields(Visitor& v, T& x) {
  v("name", x.name, "MTTD, MTTR, FPR, budget or postmortems.");
  v("title", x.title, "In words.");
  v("value", x.value, "Absent: nothing to measure.");
  v("unit", x.unit, "s or ratio.");
  v("text", x.text, "For people.");
  v("target", x.target, "What is wanted.");
  v("threshold", x.threshold, "What is alarming.");
  v("status", x.status, "met, missed, alert, or none where there is no value.");
}

template <typename Visitor, Of<QueryValue> T>
void fields(Visitor& v, T& x) {
  v("labels", x.labels, "Of the series; none of a scalar.");
  v("value", x.value, "Its value.");
}

template <typename Visitor, Of<QueryRecord> T>
void fields(Visitor& v, T& x) {
  v("name", x.name, "What it is called.");
  v("expr", x.expr, "In PromQL.");
  v("at", x.at, "When it was evaluated.");
  v("values", x.values, "What it gave, sorted by labels.");
  v("looks_back_seconds", x.looks_back, "How far back it looks, where that is longer than the run.");
  v("covered_seconds", x.covered, "How much of that the run's data cover.");
  v("error", x.error, "Why it could not be evaluated; empty: it was.");
}

template <typename Visitor, Of<ExpectationRecord> T>
void fields(Visitor& v, T& x) {
  v("id", x.id, "The expectation's id.");
  v("kind", x.kind, "Its kind.");
  v("result", x.outcome.result, "pass, fail or invalid.");
  v("subject", x.outcome.subject, "What it is about.");
  v("expected", x.outcome.expected, "In words.");
  v("observed", x.outcome.observed, "In words.");
  v("why", x.outcome.why, "Of a failure: the nearest miss.");
}

template <typename Visitor, Of<CutShort> T>
void fields(Visitor& v, T& x) {
  v("planned_to", x.planned_to, "The end that the run was to have.");
  v("why", x.why, "Why it ended before.");
}

template <typename Visitor, Of<Unseen> T>
void fields(Visitor& v, T& x) {
  choice(v, "program", x.program, {"Prometheus", "Alertmanager"}, "Which of them.");
  v("from", x.from, "When it was last seen.");
  v("why", x.why, "Why it was seen no longer.");
  v("series_lost", x.series_lost, "Whether its series could not be taken.");
}

template <typename Visitor, Of<Record> T>
void fields(Visitor& v, T& x) {
  v("version", x.version, "Of this form.");
  v("firedrill", x.firedrill, "The program's version.");
  v("scenario", x.scenario, "The scenario's name.");
  v("summary", x.summary, "The scenario's own sentence; of a drill, what it is about.");
  v("seed", x.seed, "Of the run.");
  choice(v, "world", x.world, {"sim", "live"}, "Simulated, or real processes.");
  v("speed", x.speed,
    "Of the live world: how many seconds of the incident passed in one in which requests did; absent: one.");
  choice(v, "monitor", x.monitor, {"embedded", "prometheus"}, "What evaluated the rules.");
  v("command", x.command, "Reproduces the run.");
  choice(v, "promql_version", x.promql_version, {"2", "3.5", "3"}, "3 is the newest.");
  v("started", x.started, "When the warm-up began.");
  v("judged_from", x.judged_from, "The end of the warm-up.");
  v("judged_to", x.judged_to, "The end of the run.");
  v("cut_short", x.cut_short, "Of a run that ended before its end; absent: it came to it.");
  v("unseen", x.unseen,
    "Of a run under real programs of which one has ended or does not answer: from when on nobody knows what it would "
    "have found; absent: all was seen.");
  v("drill", x.drill, "Of a drill that somebody worked: its score; absent: the scenario was run.");
  v("verdict", x.verdict, "pass, fail or invalid; of a drill scored.");
  v("verdict_why", x.verdict_why, "In one sentence.");
  v("inputs", x.inputs, "Everything that was read.");
  v("monitoring", x.monitoring, "How the run was monitored.");
  v("series_hash", x.series_hash, "SHA-256 of the series file; empty: none was kept.");
  v("logs_hash", x.logs_hash, "SHA-256 of the file of logs; absent: none was kept.");
  v("expectations", x.expectations, "What was expected, and what came of it.");
  v("incidents", x.incidents, "What was broken, for how long, how badly, and who noticed.");
  v("slos", x.slos, "Service level objectives over the run.");
  v("kpis", x.kpis, "Key metrics.");
  v("course", x.course, "The published course beside that of this run; absent: nothing was published.");
  v("queries", x.queries, "What the SLO files' queries gave at the end of the run.");
  v("status_page", x.status_page,
    "What everybody was told, in the shape of Statuspage's API; absent: nobody was on call.");
  v("shifts", x.shifts, "The pages of each person and shift; absent: nobody was on call.");
  v("faults", x.faults, "What was injected, with the proof that it took effect.");
  v("alerts", x.alerts, "The ledger of alerts: one entry for each activation.");
  v("sends", x.sends, "What the monitor sent of the alerts that a dead man's switch waits for.");
  v("alertmanager", x.alertmanager, "What the Alertmanager did; absent: the run had none.");
  v("on_call", x.on_call, "Who could be called, by what they are on call as; absent: nobody.");
  v("rules", x.rules, "Health of the rules.");
  v("probes", x.probes, "Probe results.");
  v("timeline", x.timeline, "What happened, in order of time.");
  v("actions", x.actions,
    "What was done to the world besides the scenario's faults: with these the run is made again.");
  v("phases", x.phases, "Stretches of the run.");
  v("services", x.services, "The topology, as far as reports need it.");
  v("declared", x.declared, "What the run is judged by.");
  v("latency_bounds", x.latency_bounds_s, "Upper bounds of the latency buckets, in seconds.");
}

}  // namespace firedrill::record
