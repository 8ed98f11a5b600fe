#include "monitor/embedded/embedded_monitor.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <set>
#include <utility>

#include "alerting/analysis/needed_selectors.h"
#include "base/bounds/activity.h"
#include "events/event.h"
#include "events/monitors.h"
#include "monitor/alert_events.h"
#include "monitor/rule_record.h"
#include "promql/parse/printer.h"
#include "record/alert.h"
#include "record/sends.h"
#include "tsdb/series_file.h"

namespace firedrill::monitor {
namespace {

// Samples go in blocks: looking for them more often than this saves nothing.
constexpr Duration kTrimInterval = 10min;
// And weighing them looks at every series.
constexpr std::uint64_t kSamplesBetweenWeighings = 1'000'000;

alerting::Settings make_settings(const scenario::PrometheusSettings& prometheus, promql::Version version) {
  alerting::Settings settings;
  settings.promql.version = version;
  settings.promql.default_subquery_step = prometheus.evaluation_interval;
  settings.evaluation_interval = prometheus.evaluation_interval;
  settings.query_offset = prometheus.query_offset;
  settings.world.external_labels = prometheus.external_labels;
  settings.world.external_url = prometheus.external_url;
  return settings;
}

// Without its folder: a run must not depend on where the checkout stands, or on how its path was typed.
std::string file_name(const alerting::RuleFile& file) {
  return std::filesystem::path(file.source->name).filename().string();
}

}  // namespace

EmbeddedMonitor::EmbeddedMonitor(ScrapeTargets& targets, const scenario::PrometheusSettings& settings,
                                 const std::vector<alerting::RuleFile>& rule_files, Time start, const Options& options,
                                 events::Sink& sink, const Receivers& receivers)
    : options_(options),
      targets_(targets),
      sink_(sink),
      receivers_(receivers),
      settings_(make_settings(settings, options.promql)),
      alert_relabel_(settings.alert_relabel),
      store_(options.budget),
      scrapes_(targets, settings, start, {options.promql != promql::Version::v2, options.history}, store_),
      is_one_of_two_(settings.replicas.count > 1),
      chance_(options.seed, options.replica == 0 ? "monitor" : "monitor/1"),
      next_trim_(start + kTrimInterval) {
  const bool aligned = settings.scrape_phase == scenario::ScrapePhase::aligned;
  std::size_t groups = 0;
  for (const auto& file : rule_files) groups += file.groups.size();
  groups_.reserve(groups);
  for (const auto& file : rule_files) {
    for (const auto& group : file.groups) add_group(file, group, start, aligned);
  }
  for (const auto& expression : options_.wanted) note_expression(*expression);
  reach_ = std::max(reach_, options_.reach);
}

EmbeddedMonitor::EmbeddedMonitor(const EmbeddedMonitor& other, ScrapeTargets& targets, events::Sink& sink,
                                 const Receivers& receivers)
    : options_(other.options_),
      targets_(targets),
      sink_(sink),
      receivers_(receivers),
      settings_(other.settings_),
      alert_relabel_(other.alert_relabel_),
      store_(other.store_),
      scrapes_(other.scrapes_, targets, store_),
      due_(other.due_),
      is_one_of_two_(other.is_one_of_two_),
      lost_(other.lost_),
      chance_(other.chance_),
      counts_(other.counts_),
      down_(other.down_),
      wanted_(other.wanted_),
      reach_(other.reach_),
      unbounded_(other.unbounded_),
      alerts_noted_(other.alerts_noted_),
      kept_generation_(other.kept_generation_),
      next_trim_(other.next_trim_),
      weigh_at_(other.weigh_at_),
      evaluations_(other.evaluations_) {
  take_groups(other);
}

EmbeddedMonitor::EmbeddedMonitor(const EmbeddedMonitor& other, ScrapeTargets& targets, const Options& options,
                                 Time start, events::Sink& sink, const Receivers& receivers)
    : options_(options),
      targets_(targets),
      sink_(sink),
      receivers_(receivers),
      settings_(other.settings_),
      alert_relabel_(other.alert_relabel_),
      store_(other.store_),
      scrapes_(other.scrapes_, targets, start, store_),
      due_(other.due_),
      is_one_of_two_(other.is_one_of_two_),
      chance_(other.chance_),
      taken_over_(start),
      wanted_(other.wanted_),
      reach_(other.reach_),
      unbounded_(other.unbounded_),
      alerts_noted_(other.alerts_noted_),
      kept_generation_(other.kept_generation_),
      next_trim_(other.next_trim_),
      weigh_at_(other.weigh_at_) {
  take_groups(other);
}

void EmbeddedMonitor::take_groups(const EmbeddedMonitor& other) {
  groups_.reserve(other.groups_.size());
  for (const Scheduled& theirs : other.groups_) {
    groups_.push_back({.source = theirs.source,
                       .group = alerting::Group(theirs.group, store_, settings_),
                       .first_rule = theirs.first_rule,
                       .slot = theirs.slot,
                       .running = theirs.running,
                       .until_restored = theirs.until_restored});
  }
}

void EmbeddedMonitor::tell_taken_over() {
  for (const Scheduled& scheduled : groups_) {
    for (std::size_t i = 0; i < scheduled.group.rule_count(); ++i) {
      if (!scheduled.source->rules[i].alerting()) continue;
      for (alerting::Alert& alert : scheduled.group.alerts(i)) {
        if (alert.state == events::AlertState::inactive) continue;
        events::AlertTransition step{.t = *taken_over_,
                                     .rule = scheduled.first_rule + i,
                                     .from = events::AlertState::inactive,
                                     .to = events::AlertState::pending,
                                     .labels = as_sent(std::move(alert.labels), settings_.world.external_labels),
                                     .annotations = std::move(alert.annotations),
                                     .value = alert.value,
                                     .active_at = *taken_over_};
        if (!alert_relabel_.empty()) relabel(step);
        tell(scheduled.source->rules[i].name(), step);
        if (alert.state != events::AlertState::firing) continue;
        step.from = std::exchange(step.to, events::AlertState::firing);
        tell(scheduled.source->rules[i].name(), step);
      }
    }
  }
  taken_over_.reset();
}

EmbeddedMonitor::EmbeddedMonitor(const EmbeddedMonitor& other, ScrapeTargets& targets, events::Sink& sink,
                                 const Receivers& receivers, LooksAway)
    : options_(other.options_),
      targets_(targets),
      sink_(sink),
      receivers_(receivers),
      settings_(other.settings_),
      store_(other.options_.budget),
      scrapes_(other.scrapes_, targets, store_),
      chance_(other.chance_),
      counts_(other.counts_),
      down_(other.down_),
      next_trim_(Time::max()),
      weigh_at_(std::numeric_limits<std::uint64_t>::max()) {
  scrapes_.look_away();
}

EmbeddedMonitor::~EmbeddedMonitor() = default;

std::vector<EmbeddedMonitor::GroupState> EmbeddedMonitor::group_states() const {
  std::vector<GroupState> out;
  out.reserve(groups_.size());
  for (const Scheduled& each : groups_) {
    const bool evaluated = each.group.rule_count() > 0 && each.group.health(0).evaluations > 0;
    out.push_back({.source = each.source, .group = &each.group, .evaluated_at = {}});
    if (evaluated) out.back().evaluated_at = each.slot - (each.running ? Duration(0) : each.group.interval());
  }
  return out;
}

void EmbeddedMonitor::add_group(const alerting::RuleFile& file, const alerting::RuleGroup& group, Time start,
                                bool aligned) {
  const std::size_t first = groups_.empty() ? 0 : groups_.back().first_rule + groups_.back().group.rule_count();
  groups_.push_back({.source = &group, .group = alerting::Group(group, store_, settings_), .first_rule = first});
  const Duration interval = groups_.back().group.interval();
  const Duration phase = aligned ? Duration(0) : phase_of(file_name(file) + ";" + group.name.value, interval);
  Time begin = Time::max();
  for (std::size_t i = 0; i < group.rules.size(); ++i) {
    const Time of_rule = begin_of(first + i, start);
    if (of_rule > start) groups_.back().group.begin_at(i, of_rule);
    begin = std::min(begin, of_rule);
  }
  groups_.back().slot = first_slot(group.rules.empty() ? start : begin, interval, phase);
  due_.add(groups_.back().slot, groups_.size() - 1);
  for (const alerting::Rule& rule : group.rules) {
    note_rule(rule);
    const auto reach = promql::Query::reach(*rule.expression, settings_.promql);
    unbounded_ = unbounded_ || !reach;
    const Duration offset = group.query_offset.value_or(settings_.query_offset);
    if (reach) reach_ = std::max(reach_, *reach + offset);
  }
}

Time EmbeddedMonitor::begin_of(std::size_t rule, Time start) const {
  const bool known = options_.history != nullptr && rule < options_.history->rules.size();
  return known ? std::max(start, options_.history->rules[rule]) : start;
}

void EmbeddedMonitor::count_ahead(Time start, Time end, const Position& where) const {
  if (options_.budget == nullptr) return;
  for (const Scheduled& scheduled : groups_) {
    const Activity activity(scheduled.source->name.where);
    std::int64_t evaluations = 0;
    for (std::size_t i = 0; i < scheduled.group.rule_count(); ++i) {
      evaluations += (end - begin_of(scheduled.first_rule + i, start)) / scheduled.group.interval();
    }
    if (!options_.budget->take(Bound::evaluations, evaluations)) return;
  }
  const Activity activity(where);
  const Time all_from = options_.history == nullptr ? start : options_.history->settled;
  options_.budget->would_take(Bound::samples_loaded, scrapes_.least_samples(end - all_from));
}

void EmbeddedMonitor::note_rule(const alerting::Rule& rule) {
  const bool named = options_.keep != Options::Keep::evidence || options_.evidence.contains(rule.name());
  if (named) note_expression(*rule.expression);
  if (options_.keep != Options::Keep::evidence) note_output(rule);
}

void EmbeddedMonitor::note_expression(const promql::Expr& expression) {
  for (const promql::VectorSelector* selector : promql::selectors(expression)) wanted_.push_back(selector->matchers);
}

// What rules write is little, and people ask for it.
void EmbeddedMonitor::note_output(const alerting::Rule& rule) {
  const auto want = [&](model::MatchOp op, const std::string& name) {
    wanted_.push_back({*model::Matcher::make(std::string(model::kMetricName), op, name)});
  };
  if (!rule.alerting()) {
    want(model::MatchOp::equal, rule.name());
  } else if (!alerts_noted_) {
    want(model::MatchOp::regex, "ALERTS|ALERTS_FOR_STATE");
    alerts_noted_ = true;
  }
}

Time EmbeddedMonitor::next_due() const {
  return std::min({scrapes_.next_due(), due_.next_at().value_or(Time::max()), taken_over_.value_or(Time::max())});
}

void EmbeddedMonitor::run_due(Time t) {
  if (taken_over_) tell_taken_over();
  const fake_services::MonitorConditions& conditions = targets_.monitor_conditions();
  const bool down = conditions.down || (conditions.first_down && options_.replica == 0);
  if (down != down_) down ? stop(t) : start(t);
  if (down_) {
    skip_due(t);
  } else {
    // At one instant what is scraped is seen by the rules, as promtool has it; Prometheus leaves it to chance.
    scrapes_.run_due(t);
    run_groups(t, conditions);
    count_overdue(t);
    if (t >= next_trim_) trim(t);
    if (store_.samples_appended() >= weigh_at_) {
      weigh_at_ = store_.samples_appended() + kSamplesBetweenWeighings;
      store_.weigh();
    }
  }
  if (options_.may_fail) targets_.tell(counts_);
}

void EmbeddedMonitor::run_groups(Time t, const fake_services::MonitorConditions& conditions) {
  while (!due_.empty() && *due_.next_at() <= t) {
    const auto [at, group] = due_.take();
    iterate(group, at, conditions);
  }
}

// rules/group.go, run: an iteration is for the instant at which it was due, however long it takes. The next one begins
// at the next tick, at once if that has passed; those that were due a whole interval ago by then are missed.
void EmbeddedMonitor::iterate(std::size_t index, Time t, const fake_services::MonitorConditions& conditions) {
  Scheduled& scheduled = groups_[index];
  if (!scheduled.running && conditions.evaluation_delay > Duration(0) && drawn(conditions.evaluations_delayed)) {
    scheduled.running = true;
    due_.add(t + conditions.evaluation_delay, index);
    return;
  }
  scheduled.running = false;
  evaluate(scheduled, t, conditions.notifications_dropped);
  const Duration interval = scheduled.group.interval();
  const Duration::rep behind = std::max<Duration::rep>(1, (t - scheduled.slot) / interval);
  counts_.evaluations_missed += static_cast<double>(behind - 1);
  scheduled.slot += behind * interval;
  due_.add(std::max(t, scheduled.slot), index);
}

void EmbeddedMonitor::count_overdue(Time t) {
  counts_.evaluations_overdue = static_cast<double>(std::ranges::count_if(groups_, [t](const Scheduled& scheduled) {
    return scheduled.running && t - scheduled.slot >= scheduled.group.interval();
  }));
}

// The iteration for its slot, which ends at t.
void EmbeddedMonitor::evaluate(Scheduled& scheduled, Time t, double dropped) {
  transitions_.clear();
  evaluations_ += scheduled.group.evaluate(scheduled.slot, transitions_);
  counts_.evaluations += 1;
  counts_.evaluation_delay_s += to_seconds(t - scheduled.slot);
  count_transitions(scheduled);
  for (events::AlertTransition& transition : transitions_) {
    const std::string& alert = scheduled.source->rules[transition.rule].name();
    transition.t = t;
    transition.rule += scheduled.first_rule;
    transition.labels = as_sent(std::move(transition.labels), settings_.world.external_labels);
    if (!alert_relabel_.empty()) relabel(transition);
    tell(alert, transition);
  }
  if (sends()) send(scheduled, t, dropped);
  if (scheduled.until_restored > 0 && --scheduled.until_restored == 0) scheduled.group.restore(t);
}

void EmbeddedMonitor::tell(const std::string& alert, const events::AlertTransition& step) {
  sink_.on_transition(step);
  sink_.on_event(event_of(alert, step));
  if (step.to == events::AlertState::firing && !step.dropped_by.empty()) {
    sink_.on_event(held_back(alert, step.labels, step.t, events::HoldKind::dropped, step.dropped_by));
  }
  if (step.to == events::AlertState::inactive) lost_.erase({step.rule, step.labels});
}

// What the record will say of them: labels in the ledger, in the timeline and among what is open, annotations once.
void EmbeddedMonitor::count_transitions(const Scheduled& scheduled) const {
  constexpr std::size_t kBytesOfStep = 512;
  if (options_.budget == nullptr) return;
  for (const events::AlertTransition& step : transitions_) {
    std::size_t bytes = kBytesOfStep + 3 * step.labels.bytes();
    for (const model::Label& annotation : step.annotations) bytes += annotation.name.size() + annotation.value.size();
    const Activity activity(scheduled.source->rules[step.rule].expr.where);
    if (!options_.budget->take(Bound::record_bytes, static_cast<std::int64_t>(bytes))) return;
  }
}

// What is dropped keeps the labels that it came with.
void EmbeddedMonitor::relabel(events::AlertTransition& transition) const {
  model::Labels labels = transition.labels;
  if (alerting::relabel(alert_relabel_, labels)) {
    transition.labels = std::move(labels);
  } else {
    transition.dropped_by = record::kDroppedByRelabelling;
  }
}

void EmbeddedMonitor::send(Scheduled& scheduled, Time t, double dropped) {
  std::vector<events::AlertSend> due;
  for (events::AlertSend& send : scheduled.group.due_for_sending(scheduled.slot, record::kResendDelay)) {
    send.labels = as_sent(std::move(send.labels), settings_.world.external_labels);
    if (alerting::relabel(alert_relabel_, send.labels)) due.push_back(std::move(send));
  }
  if (due.empty()) return;
  for (events::AlertSend& send : due) {
    send.t = t;
    send.rule += scheduled.first_rule;
  }
  const bool lost = drawn(dropped) || post(due, t) == Receipt::lost;
  counts_.notifications += 1;
  counts_.notifications_lost += lost ? 1 : 0;
  for (events::AlertSend& send : due) {
    send.received = !lost;
    if (send.state != events::AlertState::firing) continue;
    sink_.on_send(send);
    if (lost) tell_lost(scheduled.source->rules[send.rule - scheduled.first_rule].name(), send);
  }
}

// notifier.go: a batch has been sent when one of those that get it has taken it.
Receipt EmbeddedMonitor::post(std::span<const events::AlertSend> alerts, Time t) const {
  Receipt receipt = receivers_.empty() ? Receipt::accepted : Receipt::lost;
  for (AlertReceiver* receiver : receivers_) {
    if (receiver->post(alerts, t) == Receipt::accepted) receipt = Receipt::accepted;
  }
  return receipt;
}

// Of the sends of one activation in vain, the first.
void EmbeddedMonitor::tell_lost(const std::string& alert, const events::AlertSend& send) {
  if (!is_one_of_two_ && !lost_.insert({send.rule, send.labels}).second) return;
  sink_.on_event(held_back(alert, send.labels, send.t, events::HoldKind::lost, record::kLostOnTheWay));
}

bool EmbeddedMonitor::drawn(double share) {
  return share >= 1 || (share > 0 && chance_.uniform() < share);
}

void EmbeddedMonitor::tell_state(Time t, events::EventKind kind) {
  sink_.on_event({.t = t, .kind = kind, .subject = std::string(events::kPrometheus), .fields = {}});
}

void EmbeddedMonitor::stop(Time t) {
  down_ = true;
  tell_state(t, events::EventKind::monitor_down);
  lost_.clear();
  due_ = {};
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    Scheduled& scheduled = groups_[i];
    scheduled.running = false;  // what is on is lost
    while (scheduled.slot < t) scheduled.slot += scheduled.group.interval();
    due_.add(scheduled.slot, i);
  }
}

// A restarted Prometheus takes its store as it is, and `for` up from there, after two iterations (rules/group.go).
void EmbeddedMonitor::start(Time t) {
  down_ = false;
  tell_state(t, events::EventKind::monitor_up);
  scrapes_.restart();
  for (Scheduled& scheduled : groups_) {
    scheduled.group.restart();
    scheduled.until_restored = 2;
  }
}

void EmbeddedMonitor::skip_due(Time t) {
  counts_.scrapes_missed += static_cast<double>(scrapes_.skip_due(t));
  while (!due_.empty() && *due_.next_at() <= t) {
    const auto [at, group] = due_.take();
    groups_[group].slot = at + groups_[group].group.interval();
    due_.add(groups_[group].slot, group);
    counts_.evaluations_missed += 1;
  }
}

void EmbeddedMonitor::trim(Time t) {
  // What is older than rules reach may still say for how long an alert has been active.
  if (std::ranges::any_of(groups_, [](const Scheduled& scheduled) { return scheduled.until_restored > 0; })) return;
  next_trim_ = t + kTrimInterval;
  if (options_.keep == Options::Keep::all || unbounded_) return;
  keep_new_series();
  store_.drop_before(t - reach_);
}

void EmbeddedMonitor::keep_new_series() {
  if (kept_generation_ == store_.generation()) return;
  kept_generation_ = store_.generation();
  for (const auto& matchers : wanted_) {
    for (const tsdb::SeriesRef series : store_.select(matchers)) store_.keep(series);
  }
}

std::vector<tsdb::SeriesRef> EmbeddedMonitor::kept_series() const {
  std::set<tsdb::SeriesRef> kept;
  const auto keep = [&](std::span<const model::Matcher> matchers) {
    for (const tsdb::SeriesRef series : store_.select(matchers)) {
      if (tsdb::has_samples(store_, series)) kept.insert(series);
    }
  };
  if (options_.keep == Options::Keep::all) keep({});
  for (const auto& matchers : wanted_) keep(matchers);
  std::vector<tsdb::SeriesRef> result(kept.begin(), kept.end());
  std::ranges::sort(result, {}, [&](tsdb::SeriesRef series) -> const model::Labels& { return store_.labels(series); });
  return result;
}

std::vector<record::RuleRecord> EmbeddedMonitor::rules() const {
  std::vector<record::RuleRecord> result;
  for (const Scheduled& scheduled : groups_) {
    for (std::size_t i = 0; i < scheduled.source->rules.size(); ++i) {
      const alerting::Rule& rule = scheduled.source->rules[i];
      const alerting::RuleHealth& health = scheduled.group.health(i);
      record::RuleRecord record = rule_record(*scheduled.source, rule, scheduled.group.interval());
      record.evaluations = health.evaluations;
      record.failures = health.failures;
      record.last_error = health.last_error;
      record.empty_selectors = scheduled.group.unmatched_selectors(i);
      result.push_back(std::move(record));
    }
  }
  return result;
}

const tsdb::Store& EmbeddedMonitor::series() const {
  return store_;
}

}  // namespace firedrill::monitor
