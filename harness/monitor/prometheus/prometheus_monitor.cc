#include "monitor/prometheus/prometheus_monitor.h"

#include <algorithm>
#include <set>

#include "alerting/analysis/needed_selectors.h"
#include "base/clock.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "events/scrape_event.h"
#include "monitor/alert_events.h"
#include "monitor/prometheus/history.h"
#include "monitor/prometheus/json_texts.h"
#include "monitor/prometheus/prometheus_series.h"
#include "monitor/rule_record.h"
#include "monitor/speed/faster_rules.h"
#include "promql/parse/printer.h"
#include "record/alert.h"
#include "tsdb/series_file.h"

namespace firedrill::monitor {
namespace {

using events::AlertState;
using events::AlertTransition;
using Keep = EmbeddedMonitor::Options::Keep;

// Of the machine's time.
constexpr Duration kMostLook = 1s;
constexpr Duration kLeastLook = 200ms;
constexpr Duration kLeastLookFaster = 50ms;  // at evaluations that are closer than real ones
// Before the run, of which rules see what was there, and behind its last sample.
constexpr Duration kBefore = 2min;

std::vector<model::Matcher> named(model::MatchOp op, const std::string& name) {
  return {*model::Matcher::make(std::string(model::kMetricName), op, name)};
}

}  // namespace

PrometheusMonitor::PrometheusMonitor(RealPrograms& programs, const scenario::LoadedScenario& scenario, Options options,
                                     events::Sink& sink, const Receivers& receivers)
    : programs_(programs),
      scenario_(scenario),
      options_(std::move(options)),
      sink_(sink),
      receivers_(receivers),
      api_(programs.prometheus_port()),
      asked_targets_(options_.start),
      looked_(options_.start),
      look_(options_.times.in_run(kMostLook)),
      store_(options_.keeping.budget) {
  const Duration least = options_.times.in_run(options_.times.speed == 1 ? kLeastLook : kLeastLookFaster);
  const Duration usual = scenario.scenario.prometheus.evaluation_interval;
  for (std::size_t f = 0; f < scenario.rule_files.size(); ++f) {
    for (const alerting::RuleGroup& group : scenario.rule_files[f].groups) {
      const Duration own = group.interval.value_or(Duration(0));
      const Duration interval = own > Duration(0) ? own : usual;
      look_ = std::clamp<Duration>(interval / 4, least, std::max(least, look_));
      first_rule_[{rule_file_name(f), group.name.value}] = rules_.size();
      for (const alerting::Rule& rule : group.rules) {
        rules_.push_back({.group = &group, .rule = &rule, .interval = interval});
      }
    }
  }
  programs_.begin(options_.times);
}

// What happened before the run is taken to happen as it begins.
Time PrometheusMonitor::in_run(Time wall) const {
  return std::max(options_.start, options_.times.in_run(wall));
}

void PrometheusMonitor::run_due(Time now) {
  if (now < looked_ + look_) return;
  // Whoever is asked in vain time and again keeps the run from its end, which it has by then.
  if (programs_.failure_of(RealPrograms::Asked::prometheus)) {
    looked_ = now;
    return;
  }
  look(now);
}

void PrometheusMonitor::look(Time now) {
  looked_ = now;
  programs_.follow_processes();
  // Before the rules, which then know the alerts that were posted.
  const std::vector<RecordedPost> posts = programs_.endpoints().take_posts();
  // Whether it is there at all is looked at elsewhere.
  const auto groups = api_.rules();
  const auto why = groups ? std::nullopt : std::optional(groups.error());
  if (auto told = programs_.note_answer(RealPrograms::Asked::prometheus, now, why)) sink_.on_event(*std::move(told));
  if (!groups) return;
  for (const ServedGroup& group : *groups) {
    const auto first = first_rule_.find({group.file, group.name});
    if (first == first_rule_.end()) continue;
    for (std::size_t i = 0; i < group.rules.size(); ++i) follow(first->second + i, group.rules[i]);
  }
  for (const RecordedPost& post : posts) take_post(post);
  tell_failed_scrapes(now);
}

// As its page of targets has them; of the reasons of a target each is told once.
void PrometheusMonitor::tell_failed_scrapes(Time now) {
  if (now < asked_targets_ + options_.times.in_run(kMostLook)) return;
  asked_targets_ = now;
  const auto targets = api_.targets();
  if (!targets) return;
  for (const PrometheusApi::FailedScrape& each : targets->failed) {
    if (!failed_scrapes_.note(each.instance, each.why)) continue;
    sink_.on_event(events::scrape_failed(now, each.instance, each.service, each.why));
  }
}

void PrometheusMonitor::follow(std::size_t index, const ServedRule& served) {
  Rule& rule = rules_[index];
  // What it could not write, since its blocks are newer, was for an instant before the run.
  const Time counted = options_.start + (options_.before == nullptr ? Duration(0) : rule.interval);
  const bool in_time = served.evaluated_at && options_.times.in_run(*served.evaluated_at) >= counted;
  if (in_time && served.evaluated_at != rule.evaluated_at) {
    rule.evaluated_at = served.evaluated_at;
    rule.evaluations += 1;
    rule.failures += served.healthy ? 0 : 1;
    if (!served.healthy) rule.last_error = served.last_error;
  }
  for (auto& [labels, alert] : rule.alerts) {
    const auto still = std::ranges::find(served.alerts, labels, &ServedAlert::labels);
    if (still != served.alerts.end() && still->active_at == alert.last.active_at) continue;
    if (alert.state != AlertState::inactive) resolve(index, alert);
  }
  std::erase_if(rule.alerts, [](const auto& each) { return each.second.state == AlertState::inactive; });
  for (const ServedAlert& each : served.alerts) {
    const auto known = rule.alerts.find(each.labels);
    if (known == rule.alerts.end()) {
      begin_alert(index, each);
    } else {
      known->second.last = each;
    }
    const auto alert = rule.alerts.find(each.labels);
    if (alert != rule.alerts.end() && each.firing && alert->second.state != AlertState::firing) {
      fire(index, alert->second);
    }
  }
}

void PrometheusMonitor::begin_alert(std::size_t index, const ServedAlert& served) {
  if (in_run(served.active_at) > until_) return;
  Alert alert{.last = served};
  alert.sent = as_sent(served.labels, scenario_.scenario.prometheus.external_labels);
  model::Labels relabelled = alert.sent;
  if (alerting::relabel(scenario_.scenario.prometheus.alert_relabel, relabelled)) {
    alert.sent = std::move(relabelled);
  } else {
    alert.dropped_by = record::kDroppedByRelabelling;  // with the labels that it came with
  }
  tell(index, alert, AlertState::pending, in_run(served.active_at));
  alert.state = AlertState::pending;
  rule_of_[alert.sent] = index;
  rules_[index].alerts.insert_or_assign(served.labels, std::move(alert));
}

void PrometheusMonitor::fire(std::size_t index, Alert& alert) {
  const Steps steps = steps_of(alert);
  const Time fired = in_run(steps.fired.value_or(alert.last.active_at));
  if (fired > until_) return;
  tell(index, alert, AlertState::firing, fired);
  alert.state = AlertState::firing;
}

// At the evaluation after the last one that found it.
void PrometheusMonitor::resolve(std::size_t index, Alert& alert) {
  const Steps steps = steps_of(alert);
  const Time over = in_run(steps.last.value_or(alert.last.active_at)) + rules_[index].interval;
  if (over > until_) return;
  if (steps.fired && alert.state == AlertState::pending) {
    tell(index, alert, AlertState::firing, in_run(*steps.fired));
    alert.state = AlertState::firing;
  }
  tell(index, alert, AlertState::inactive, over);
  alert.state = AlertState::inactive;
}

void PrometheusMonitor::tell(std::size_t index, const Alert& alert, AlertState to, Time t) {
  const AlertTransition step{.t = t,
                             .rule = index,
                             .from = alert.state,
                             .to = to,
                             .labels = alert.sent,
                             .annotations = alert.last.annotations,
                             .value = alert.last.value,
                             .active_at = in_run(alert.last.active_at),
                             .dropped_by = alert.dropped_by};
  const std::string& name = rules_[index].rule->name();
  sink_.on_transition(step);
  events::Event event = event_of(name, step);
  // What it has waited of its `for` before the run counts.
  const Time since = options_.times.in_run(alert.last.active_at);
  if (to == AlertState::pending && since < t) event.with("since", format_instant(since));
  sink_.on_event(std::move(event));
  if (to == AlertState::firing && !alert.dropped_by.empty()) {
    sink_.on_event(held_back(name, step.labels, t, events::HoldKind::dropped, alert.dropped_by));
  }
}

PrometheusMonitor::Steps PrometheusMonitor::steps_of(const Alert& alert) {
  constexpr std::string_view kState = "alertstate";
  const auto matcher = model::Matcher::make(std::string(model::kAlertName), model::MatchOp::equal,
                                            std::string(alert.last.labels.get(model::kAlertName)));
  const Time now = WallClock().now();  // by which it evaluates, wherever the run is
  const auto found = api_.samples("ALERTS{" + matcher->to_string() + "}", now, now - alert.last.active_at + kLeastLook);
  Steps steps;
  if (!found) return steps;
  for (const ServedSeries& each : *found) {
    const bool firing = each.labels.get(kState) == "firing";
    model::Labels labels = each.labels.without_name();
    labels.remove(kState);
    if (labels != alert.last.labels) continue;
    for (const model::Sample& sample : each.samples) {
      if (sample.t < alert.last.active_at) continue;
      steps.last = std::max(steps.last.value_or(sample.t), sample.t);
      if (firing) steps.fired = std::min(steps.fired.value_or(sample.t), sample.t);
    }
  }
  return steps;
}

void PrometheusMonitor::take_post(const RecordedPost& post) {
  const auto body = read_json(make_source("post", post.body));
  if (!body || !body->is_array() || options_.times.in_run(post.at) < options_.start) return;
  std::vector<events::AlertSend> sends;
  for (const json::value& each : body->as_array()) {
    if (!each.is_object()) continue;
    events::AlertSend send{
        .t = in_run(post.at), .labels = labels_in(each, "labels"), .annotations = texts_in(each, "annotations")};
    const auto known = rule_of_.find(send.labels);
    if (known == rule_of_.end()) continue;  // it was over before the run began
    send.rule = known->second;
    std::ranges::sort(send.annotations);
    const Time starts = parse_instant(text_in(each, "startsAt")).value_or(post.at);
    const Time ends = parse_instant(text_in(each, "endsAt")).value_or(post.at);
    send.starts_at = in_run(starts);
    send.ends_at = in_run(ends);
    send.state = ends <= post.at ? AlertState::inactive : AlertState::firing;
    send.active_at = send.starts_at;
    sends.push_back(std::move(send));
  }
  if (sends.empty()) return;
  for (AlertReceiver* receiver : receivers_) receiver->post(sends, looked_);
  for (const events::AlertSend& send : sends) {
    if (send.state == AlertState::firing) sink_.on_send(send);
  }
}

void PrometheusMonitor::end(Time now) {
  until_ = now;
  if (!programs_.failure_of(RealPrograms::Asked::prometheus)) look(now);
  const bool before = options_.before != nullptr;
  if (before) take_history(*options_.before, options_.times, selectors(false), store_);
  const SeriesWanted wanted{.selectors = selectors(false),
                            .from = options_.times.on_wall(options_.start - (before ? Duration(0) : kBefore)),
                            .to = options_.times.on_wall(now),
                            .times = options_.times,
                            .scale_of = scales_in(scenario_)};
  auto why = programs_.failure_of(RealPrograms::Asked::prometheus);
  if (!why) {
    const auto taken = take_series(api_, wanted, store_);
    if (taken) return;
    why = taken.error();
    programs_.note_failure(RealPrograms::Asked::prometheus, format("its series cannot be taken: {}", *why));
  }
  is_lost_ = true;
  events::Event event{.t = now, .kind = events::EventKind::note, .subject = "prometheus", .fields = {}};
  event.with("text", "its series could not be taken: " + *why);
  sink_.on_event(std::move(event));
}

std::uint64_t PrometheusMonitor::rule_evaluations() const {
  std::uint64_t sum = 0;
  for (const Rule& rule : rules_) sum += rule.evaluations;
  return sum;
}

std::vector<record::RuleRecord> PrometheusMonitor::rules() const {
  std::vector<record::RuleRecord> out;
  for (const Rule& rule : rules_) {
    record::RuleRecord record = rule_record(*rule.group, *rule.rule, rule.interval);
    record.evaluations = rule.evaluations;
    record.failures = rule.failures;
    record.last_error = rule.last_error;
    for (const promql::VectorSelector* selector : alerting::needed_selectors(*rule.rule->expression)) {
      const auto found = store_.select(selector->matchers);
      const bool any = std::ranges::any_of(found, [&](tsdb::SeriesRef each) { return store_.has_samples(each); });
      if (!any && !is_lost_) record.empty_selectors.push_back(promql::print(*selector));
    }
    out.push_back(std::move(record));
  }
  return out;
}

// What is kept; or besides what rules read, by which it is known what of it is not there.
std::vector<std::vector<model::Matcher>> PrometheusMonitor::selectors(bool kept) const {
  const Keep keep = options_.keeping.keep;
  std::vector<std::vector<model::Matcher>> out;
  const auto add = [&](const promql::Expr& expression) {
    for (const promql::VectorSelector* each : promql::selectors(expression)) out.push_back(each->matchers);
  };
  if (keep == Keep::all) out.push_back(named(model::MatchOp::regex, ".+"));
  for (const Rule& rule : rules_) {
    const bool is_kept = keep != Keep::evidence || options_.keeping.evidence.contains(rule.rule->name());
    if (is_kept || !kept) add(*rule.rule->expression);
    if (keep != Keep::evidence && !rule.rule->alerting())
      out.push_back(named(model::MatchOp::equal, rule.rule->name()));
  }
  if (keep != Keep::evidence && !rules_.empty()) out.push_back(named(model::MatchOp::regex, "ALERTS|ALERTS_FOR_STATE"));
  for (const auto& expression : options_.keeping.wanted) add(*expression);
  return out;
}

std::vector<tsdb::SeriesRef> PrometheusMonitor::kept_series() const {
  std::set<tsdb::SeriesRef> found;
  for (const auto& matchers : selectors(true)) {
    for (const tsdb::SeriesRef each : store_.select(matchers)) {
      if (tsdb::has_samples(store_, each)) found.insert(each);
    }
  }
  std::vector<tsdb::SeriesRef> out(found.begin(), found.end());
  std::ranges::sort(out, {}, [&](tsdb::SeriesRef each) -> const model::Labels& { return store_.labels(each); });
  return out;
}

}  // namespace firedrill::monitor
