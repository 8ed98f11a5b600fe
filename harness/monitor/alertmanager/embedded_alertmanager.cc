#include "monitor/alertmanager/embedded_alertmanager.h"

#include <algorithm>
#include <utility>

#include "events/monitors.h"
#include "monitor/alertmanager/faulty_endpoints.h"
#include "notify/payload/renderer.h"

namespace firedrill::monitor {
namespace {

notify::Alertmanager make_manager(const scenario::AlertmanagerSettings& settings,
                                  const EmbeddedAlertmanager::Options& options) {
  notify::Alertmanager manager(settings.configuration,
                               {.flags = settings.flags, .start = options.start, .seed = options.seed}, nullptr,
                               std::make_shared<notify::PayloadRenderer>(settings.configuration, settings.rendering,
                                                                         settings.external_url, options.budget));
  for (const scenario::PlannedSilence& each : settings.silences) {
    manager.add_silence({.matchers = each.matchers,
                         .starts_at = options.origin + each.from,
                         .ends_at = each.to ? options.origin + *each.to : options.end,
                         .comment = each.comment});
  }
  return manager;
}

events::Event state_event(Time t, events::EventKind kind) {
  return {.t = t, .kind = kind, .subject = std::string(events::kAlertmanager), .fields = {}};
}

}  // namespace

EmbeddedAlertmanager::EmbeddedAlertmanager(const scenario::AlertmanagerSettings& settings, ScrapeTargets& targets,
                                           const Options& options, events::Sink& sink)
    : targets_(targets),
      sink_(sink),
      manager_(make_manager(settings, options)),
      teller_(settings.paging),
      sends_may_fail_(options.sends_may_fail),
      generator_urls_(std::make_shared<const std::vector<std::string>>(options.generator_urls)) {}

EmbeddedAlertmanager::EmbeddedAlertmanager(const EmbeddedAlertmanager& other, ScrapeTargets& targets,
                                           events::Sink& sink)
    : targets_(targets),
      sink_(sink),
      manager_(other.manager_),
      teller_(other.teller_),
      sends_may_fail_(other.sends_may_fail_),
      statuses_(other.statuses_),
      generator_urls_(other.generator_urls_),
      receivers_(other.receivers_),
      counts_(other.counts_),
      silences_taken_(other.silences_taken_),
      down_(other.down_),
      loses_data_(other.loses_data_) {}

Receipt EmbeddedAlertmanager::post(std::span<const events::AlertSend> alerts, Time now) {
  obey(now);
  if (down_) return Receipt::lost;
  std::vector<notify::PostedAlert> batch;
  batch.reserve(alerts.size());
  for (const events::AlertSend& each : alerts) {
    batch.push_back({.labels = each.labels,
                     .annotations = each.annotations,
                     .starts_at = each.starts_at,
                     .ends_at = each.ends_at,
                     .generator_url = each.rule < generator_urls_->size() ? (*generator_urls_)[each.rule] : ""});
  }
  manager_.post(batch, now);
  if (sends_may_fail_) tell_statuses(alerts, now);
  tell();
  return Receipt::accepted;
}

Time EmbeddedAlertmanager::next_due() const {
  return down_ ? Time::max() : std::min(manager_.next_due(), statuses_.next_due());
}

void EmbeddedAlertmanager::run_due(Time now) {
  obey(now);
  if (down_) return;
  statuses_.run_due(now, sink_);
  manager_.run_due(now);
  tell();
}

void EmbeddedAlertmanager::end(Time now) {
  if (down_) return;
  manager_.end(now);
  tell();
}

void EmbeddedAlertmanager::obey(Time now) {
  const fake_services::MonitorConditions& conditions = targets_.monitor_conditions();
  if (conditions.alertmanager_down != down_) conditions.alertmanager_down ? stop(now) : start(now);
  if (down_) loses_data_ = loses_data_ || conditions.alertmanager_loses_data;
  if (!down_) take_silences();
  // One that is stopped asks nobody: what befalls receivers meanwhile counts from its start on.
  if (down_ || conditions.receivers == receivers_) return;
  receivers_ = conditions.receivers;
  manager_.set_endpoints(receivers_.empty() ? nullptr : std::make_shared<const FaultyEndpoints>(receivers_), now);
}

// Those that people have set since it was last asked.
void EmbeddedAlertmanager::take_silences() {
  const auto& silences = targets_.monitor_conditions().silences;
  for (; silences_taken_ < silences.size(); ++silences_taken_) {
    const fake_services::SilencedAlert& each = silences[silences_taken_];
    const auto name = model::Matcher::make(std::string(model::kAlertName), model::MatchOp::equal, each.alert);
    manager_.add_silence(
        {.matchers = {*name}, .starts_at = each.from, .ends_at = each.to, .comment = "set by a responder"});
  }
}

void EmbeddedAlertmanager::stop(Time now) {
  manager_.stop(now);
  tell();
  teller_.end_holds(now, sink_);
  down_ = true;
  sink_.on_event(state_event(now, events::EventKind::monitor_down));
}

// What it knew of alerts is gone with the process; its log and its silences are in its data.
void EmbeddedAlertmanager::start(Time now) {
  manager_.start(now, !loses_data_);
  statuses_.forget(now, sink_);
  events::Event event = state_event(now, events::EventKind::monitor_up);
  if (loses_data_) event.with("reason", std::string(events::kDataLost));
  down_ = false;
  loses_data_ = false;
  sink_.on_event(std::move(event));
}

void EmbeddedAlertmanager::tell_statuses(std::span<const events::AlertSend> alerts, Time now) {
  for (const events::AlertSend& each : alerts) {
    const notify::AlertPtr stored = manager_.alert(notify::fingerprint(each.labels));
    if (stored != nullptr) statuses_.take(each, *stored, now, sink_);
  }
}

void EmbeddedAlertmanager::tell() {
  const notify::Outcomes outcomes = manager_.take_outcomes();
  teller_.tell(outcomes, manager_, sink_);
  if (outcomes.requests.made == 0) return;
  counts_.requests += static_cast<double>(outcomes.requests.made);
  counts_.requests_refused += static_cast<double>(outcomes.requests.refused);
  counts_.requests_timed_out += static_cast<double>(outcomes.requests.timed_out);
  counts_.request_s += to_seconds(outcomes.requests.time);
  targets_.tell(counts_);
}

}  // namespace firedrill::monitor
