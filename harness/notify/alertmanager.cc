#include "notify/alertmanager.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace firedrill::notify {
namespace {

// inhibit/inhibit.go: Run.
constexpr Duration kInhibitionMaintenance = 15min;

// The first of start + interval, start + 2 × interval … that is not before `now`.
Time next_tick(Time start, Duration interval, Time now) {
  const auto passed = now <= start ? 1 : std::max<std::int64_t>(1, (now - start + interval - 1ms) / interval);
  return start + passed * interval;
}

}  // namespace

std::string_view to_string(AlertStatus::State state) {
  switch (state) {
    case AlertStatus::State::unknown:
      return "unknown";
    case AlertStatus::State::active:
      return "active";
    case AlertStatus::State::suppressed:
      return "suppressed";
    case AlertStatus::State::resolved:
      return "resolved";
  }
  return {};
}

Alertmanager::Alertmanager(std::shared_ptr<const Configuration> configuration, const Options& options,
                           std::shared_ptr<const Endpoints> endpoints, std::shared_ptr<const Renderer> renderer)
    : configuration_(std::move(configuration)),
      options_(options),
      endpoints_(std::move(endpoints)),
      renderer_(std::move(renderer)),
      random_(options.seed, "alertmanager/retries"),
      inhibitor_(configuration_),
      log_(options.flags.data_retention),
      dispatcher_(configuration_, options.start, options.start + options.flags.dispatch_start_delay,
                  options.flags.dispatch_maintenance_interval),
      collect_alerts_at_(options.start + options.flags.alerts_gc_interval),
      collect_log_at_(options.start + options.flags.data_maintenance_interval),
      collect_inhibitions_at_(options.start + kInhibitionMaintenance),
      inhibitor_started_(options.start) {}

std::size_t Alertmanager::post(std::span<const PostedAlert> alerts, Time now) {
  run_before(now);
  roll(now);
  std::size_t refused = 0;
  ++revision_;
  for (const PostedAlert& posted : alerts) {
    auto alert = alert_of(posted, now, configuration_->global.resolve_timeout, revision_);
    if (!alert) {
      ++refused;
      continue;
    }
    const AlertPtr stored = store_.put(std::move(*alert), now);
    inhibitor_.take(stored);
    dispatcher_.take(stored, now);
  }
  return refused;
}

Alertmanager::Due Alertmanager::next_task() const {
  // At one instant maintenance comes first.
  const std::array<Due, 4> tasks = {
      Due{store_.empty() ? Time::max() : collect_alerts_at_, Task::collect_alerts},
      Due{log_.empty() ? Time::max() : collect_log_at_, Task::collect_log},
      Due{inhibitor_.empty() ? Time::max() : collect_inhibitions_at_, Task::collect_inhibitions},
      Due{dispatcher_.next_due(), Task::dispatch},
  };
  return *std::ranges::min_element(tasks, {}, &Due::at);
}

Time Alertmanager::next_due() const {
  return next_task().at;
}

void Alertmanager::run_due(Time now) {
  for (Due due = next_task(); due.at <= now && due.at != Time::max(); due = next_task()) run(due);
  roll(now);
}

void Alertmanager::run_before(Time now) {
  for (Due due = next_task(); due.at < now; due = next_task()) run(due);
}

void Alertmanager::run(const Due& due) {
  switch (due.task) {
    case Task::none:
      break;
    case Task::collect_alerts:
      store_.collect(due.at);
      collect_alerts_at_ += options_.flags.alerts_gc_interval;
      break;
    case Task::collect_log:
      log_.collect(due.at);
      collect_log_at_ += options_.flags.data_maintenance_interval;
      break;
    case Task::collect_inhibitions:
      inhibitor_.collect(due.at);
      collect_inhibitions_at_ += kInhibitionMaintenance;
      break;
    case Task::dispatch:
      roll(due.at);
      dispatcher_.run_next(due.at, pipeline());
      break;
  }
}

void Alertmanager::roll(Time now) {
  const auto pass = [&](Time& at, Time start, Duration interval) {
    if (at < now) at = next_tick(start, interval, now);
  };
  if (store_.empty()) pass(collect_alerts_at_, options_.start, options_.flags.alerts_gc_interval);
  if (log_.empty()) pass(collect_log_at_, options_.start, options_.flags.data_maintenance_interval);
  if (inhibitor_.empty()) pass(collect_inhibitions_at_, inhibitor_started_, kInhibitionMaintenance);
}

Pipeline Alertmanager::pipeline() {
  return {*configuration_,       inhibitor_, silences_, log_, endpoints_.get(), renderer_.get(), random_, outcomes_,
          options_.keeps_flushes};
}

void Alertmanager::reload(std::shared_ptr<const Configuration> configuration, Time now) {
  run_before(now);
  dispatcher_.stop(now, outcomes_);
  configuration_ = std::move(configuration);
  begin_anew(now);
  const std::vector<AlertPtr> alerts = store_.list();
  for (const AlertPtr& alert : alerts) inhibitor_.take(alert);
  for (const AlertPtr& alert : alerts) dispatcher_.take(alert, now);
}

void Alertmanager::begin_anew(Time now) {
  inhibitor_ = Inhibitor(configuration_);
  inhibitor_started_ = now;
  collect_inhibitions_at_ = now + kInhibitionMaintenance;
  const Time opens_at = std::max(now, options_.start + options_.flags.dispatch_start_delay);
  dispatcher_ = Dispatcher(configuration_, now, opens_at, options_.flags.dispatch_maintenance_interval);
}

void Alertmanager::stop(Time now) {
  run_before(now);
  dispatcher_.stop(now, outcomes_);
}

void Alertmanager::start(Time now, bool keeps_data) {
  options_.start = now;
  store_ = AlertStore();
  if (!keeps_data) {
    log_ = NotificationLog(options_.flags.data_retention);
    silences_ = Silences();
  }
  collect_alerts_at_ = now + options_.flags.alerts_gc_interval;
  collect_log_at_ = now + options_.flags.data_maintenance_interval;
  begin_anew(now);
}

void Alertmanager::set_endpoints(std::shared_ptr<const Endpoints> endpoints, Time now) {
  run_before(now);
  endpoints_ = std::move(endpoints);
}

AlertStatus Alertmanager::state_of(const model::Labels& labels, Time now) const {
  AlertStatus status;
  const Fingerprint key = fingerprint(labels);
  status.alert = store_.get(key);
  const std::vector<const Group*> groups = dispatcher_.groups_of(key);
  bool is_muted = !groups.empty();
  for (const Group* group : groups) {
    const Group::Member& member = *group->find(key);
    if (status.alert == nullptr) status.alert = member.alert;
    status.is_processed = status.is_processed || member.is_processed;
    is_muted = is_muted && !group->muted_by().empty();
    std::ranges::copy_if(group->muted_by(), std::back_inserter(status.muted_by), [&](const std::string& name) {
      return std::ranges::find(status.muted_by, name) == status.muted_by.end();
    });
  }
  if (status.alert == nullptr) return status;
  if (status.alert->is_resolved_at(now)) {
    status.state = AlertStatus::State::resolved;
    return status;
  }
  status.inhibited_by = inhibitor_.inhibited_by(*status.alert, now).source;
  status.silenced_by = silences_.active_for(labels, now);
  const bool is_held = status.inhibited_by != nullptr || !status.silenced_by.empty() || is_muted;
  status.state = is_held ? AlertStatus::State::suppressed : AlertStatus::State::active;
  return status;
}

AlertPtr Alertmanager::alert(Fingerprint fingerprint) const {
  if (AlertPtr stored = store_.get(fingerprint)) return stored;
  // Collected, and its group has not told yet that it is over.
  for (const Group* group : dispatcher_.groups()) {
    for (const auto& [key, member] : group->members()) {
      if (key == fingerprint) return member.alert;
    }
  }
  return nullptr;
}

std::vector<AlertPtr> Alertmanager::alerts() const {
  std::vector<AlertPtr> out = store_.list();
  std::set<Fingerprint> listed;
  for (const AlertPtr& each : out) listed.insert(each->fingerprint);
  for (const Group* group : dispatcher_.groups()) {
    for (const auto& [key, member] : group->members()) {
      if (listed.insert(key).second) out.push_back(member.alert);
    }
  }
  return out;
}

Outcomes Alertmanager::take_outcomes() {
  return std::exchange(outcomes_, {});
}

}  // namespace firedrill::notify
