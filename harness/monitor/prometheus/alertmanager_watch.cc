#include "monitor/prometheus/alertmanager_watch.h"

#include <algorithm>

#include "base/text/format.h"
#include "events/event.h"
#include "monitor/alertmanager/notification_event.h"

namespace firedrill::monitor {
namespace {

using events::HoldKind;

constexpr Duration kLook = 500ms;  // of the machine's time
constexpr int kRefused = 300;

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& each : texts) out += (out.empty() ? "" : ", ") + each;
  return out;
}

}  // namespace

AlertmanagerWatch::AlertmanagerWatch(RealPrograms& programs, const scenario::AlertmanagerSettings& settings,
                                     ScrapeTargets& targets, const Options& options, events::Sink& sink)
    : programs_(programs),
      targets_(targets),
      options_(options),
      sink_(sink),
      api_(programs.alertmanager_port()),
      reader_(settings, options.times),
      looked_(options.start) {
  for (const scenario::PlannedSilence& each : settings.silences) {
    add_silence({.matchers = each.matchers,
                 .starts_at = options.origin + each.from,
                 .ends_at = each.to ? options.origin + *each.to : options.end,
                 .comment = each.comment},
                options.start);
  }
}

// Alertmanager takes none that is over.
void AlertmanagerWatch::add_silence(notify::Silence silence, Time now) {
  if (silence.ends_at <= now) return;
  const std::string called = format("silence {}", silences_.size() + 1);
  const std::string words = silence.comment.empty() ? called : format("{} ({})", called, silence.comment);
  silence.starts_at = options_.times.on_wall(silence.starts_at);
  silence.ends_at = options_.times.on_wall(silence.ends_at);
  const auto id = api_.add_silence(silence);
  if (id) {
    silences_[*id] = words;
    return;
  }
  events::Event event{.t = now, .kind = events::EventKind::note, .subject = "alertmanager", .fields = {}};
  event.with("text", format("{} could not be set: {}", words, id.error()));
  sink_.on_event(std::move(event));
}

Time AlertmanagerWatch::next_due() const {
  return looked_ + options_.times.in_run(kLook);
}

void AlertmanagerWatch::run_due(Time now) {
  obey(now);
  if (now < looked_ + options_.times.in_run(kLook)) return;
  looked_ = now;
  take_requests(Time::max());  // the run may be behind the wall's clock, by which they come
  tell(reader_.ended(now));
  if (!programs_.failure_of(RealPrograms::Asked::alertmanager)) look_at_holds(now);
}

void AlertmanagerWatch::end(Time now) {
  take_requests(now);
  tell(reader_.finish(now));
  for (const auto& [labels, hold] : holds_) tell_hold(labels, hold, now, true);
  holds_.clear();
}

void AlertmanagerWatch::obey(Time now) {
  const fake_services::MonitorConditions& conditions = targets_.monitor_conditions();
  if (conditions.receivers != receivers_) {
    receivers_ = conditions.receivers;
    programs_.endpoints().set_conditions(receivers_);
  }
  for (; silences_taken_ < conditions.silences.size(); ++silences_taken_) {
    const fake_services::SilencedAlert& each = conditions.silences[silences_taken_];
    const auto name = model::Matcher::make(std::string(model::kAlertName), model::MatchOp::equal, each.alert);
    add_silence({.matchers = {*name}, .starts_at = each.from, .ends_at = each.to, .comment = "set by a responder"},
                now);
  }
}

void AlertmanagerWatch::take_requests(Time until) {
  for (RecordedRequest& each : programs_.endpoints().take_requests()) {
    each.at = options_.times.in_run(each.at);
    each.answered = options_.times.in_run(each.answered);
    if (each.at < options_.start || each.at > until) continue;
    if (each.as != SentAs::told) {
      counts_.requests += 1;
      counts_.requests_refused += each.status >= kRefused ? 1 : 0;
      counts_.requests_timed_out += each.status == 0 ? 1 : 0;
      counts_.request_s += to_seconds(each.answered - each.at);
    }
    reader_.take(each);
  }
  if (counts_.requests > 0) targets_.tell(counts_);
}

void AlertmanagerWatch::tell(const std::vector<NotificationReader::Told>& told) {
  for (const NotificationReader::Told& each : told) {
    if (!each.notification.under_way) sink_.on_event(event_of(each.notification));
    sink_.on_notification(each.notification, each.payload ? &*each.payload : nullptr);
  }
}

void AlertmanagerWatch::look_at_holds(Time now) {
  const auto alerts = api_.alerts();
  const auto why = alerts ? std::nullopt : std::optional(alerts.error());
  if (auto told = programs_.note_answer(RealPrograms::Asked::alertmanager, now, why)) sink_.on_event(*std::move(told));
  if (!alerts) return;
  std::map<model::Labels, Hold> holds;
  for (const HeldAlert& each : *alerts) {
    if (!each.silenced_by.empty()) {
      std::vector<std::string> words;
      for (const std::string& id : each.silenced_by) {
        const auto known = silences_.find(id);
        words.push_back(known == silences_.end() ? "a silence" : known->second);
      }
      holds[each.labels] = {HoldKind::silenced, joined(words)};
    } else if (!each.inhibited_by.empty()) {
      const auto source = std::ranges::find(*alerts, each.inhibited_by.front(), &HeldAlert::fingerprint);
      holds[each.labels] = {HoldKind::inhibited,
                            source == alerts->end() ? "another alert" : events::describe_alert(source->labels)};
    }
  }
  for (const auto& [labels, hold] : holds_) {
    const auto still = holds.find(labels);
    if (still == holds.end() || still->second != hold) tell_hold(labels, hold, now, true);
  }
  for (const auto& [labels, hold] : holds) {
    const auto known = holds_.find(labels);
    if (known == holds_.end() || known->second != hold) tell_hold(labels, hold, now, false);
  }
  holds_ = std::move(holds);
}

void AlertmanagerWatch::tell_hold(const model::Labels& labels, const Hold& hold, Time now, bool ends) {
  const auto kind = events::event_kind_of(hold.how);
  if (kind && !ends) {
    events::Event event{.t = now, .kind = *kind, .subject = std::string(labels.get(model::kAlertName)), .fields = {}};
    event.with("labels", labels).with("by", hold.by);
    sink_.on_event(std::move(event));
  }
  sink_.on_hold({now, labels, hold.how, hold.by, ends});
}

}  // namespace firedrill::monitor
