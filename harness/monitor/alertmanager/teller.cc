#include "monitor/alertmanager/teller.h"

#include <algorithm>
#include <chrono>

#include "base/contains.h"
#include "base/text/format.h"
#include "events/event.h"
#include "monitor/alertmanager/notification_event.h"
#include "notify/payload/payload.h"
#include "notify/route/route.h"

namespace firedrill::monitor {
namespace {

using events::Event;
using events::EventKind;
using events::HoldKind;

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& each : texts) out += (out.empty() ? "" : ", ") + each;
  return out;
}

// "silence 1 (planned)".
std::string silences_in_words(const std::vector<std::string>& ids, const notify::Silences& silences) {
  std::vector<std::string> words;
  for (const std::string& id : ids) {
    const auto silence = std::ranges::find(silences.all(), id, &notify::Silence::id);
    const std::string comment = silence == silences.all().end() ? std::string() : silence->comment;
    words.push_back(comment.empty() ? "silence " + id : format("silence {} ({})", id, comment));
  }
  return joined(words);
}

std::string what_holds(const notify::HeldBack& held, const notify::Silences& silences) {
  switch (held.how) {
    case HoldKind::inhibited:
      return events::describe_alert(held.source->labels);
    case HoldKind::silenced:
      return silences_in_words(held.names, silences);
    case HoldKind::muted:
      return (held.is_outside ? "the time outside of " : "") + joined(held.names);
    case HoldKind::dropped:
    case HoldKind::lost:
    case HoldKind::deduplicated:
      break;  // not what an Alertmanager holds back at a flush
  }
  return {};
}

events::NotificationPayload sent(const notify::Payload& from) {
  events::NotificationPayload to;
  for (const notify::Payload::Field& each : from.fields) to.fields.push_back({each.path, each.text});
  for (const notify::Payload::Request& each : from.requests) {
    events::NotificationPayload::Request& request = to.requests.emplace_back();
    request.method = each.method;
    request.url = each.url;
    for (const notify::Payload::Header& header : each.headers) request.headers.push_back({header.name, header.value});
    request.body = each.body;
  }
  return to;
}

}  // namespace

void OutcomeTeller::tell(const notify::Outcomes& outcomes, const notify::Alertmanager& manager, events::Sink& out) {
  // What a flush holds back is known as it begins; what it sends, when the answer is there.
  for (const notify::Flush& flush : outcomes.flushes) tell_holds(flush, manager, out);
  for (const notify::Notification& each : outcomes.notifications) {
    if (each.accepted) {
      for (const notify::FlushedAlert& alert : each.alerts) {
        if (!alert.is_resolved) told_[alert.alert->fingerprint] = alert.alert->starts_at;
      }
    }
    const events::Notification told = notification(each, manager.configuration());
    if (!each.is_under_way) out.on_event(event_of(told));
    const events::NotificationPayload payload =
        each.payload == nullptr ? events::NotificationPayload{} : sent(*each.payload);
    out.on_notification(told, each.payload == nullptr ? nullptr : &payload);
  }
}

events::Notification OutcomeTeller::notification(const notify::Notification& from,
                                                 const notify::Configuration& configuration) const {
  events::Notification to;
  to.t = from.attempts.back().ended;
  to.receiver = from.receiver;
  to.integration = configuration.receiver(from.receiver)->integrations[from.integration].kind;
  to.index = static_cast<int>(from.integration);
  to.pages = contains(paging_, from.receiver);
  to.group_key = from.group->key;
  to.group_labels = from.group->labels;
  to.flushed_at = from.flushed_at;
  to.reason = notify::to_string(from.reason);
  to.status = from.is_firing ? "firing" : "resolved";
  to.accepted = from.accepted;
  if (!from.fault.empty()) to.fault = from.fault;
  if (from.is_under_way) to.under_way = true;
  for (const notify::FlushedAlert& each : from.alerts) {
    to.alerts.push_back({each.is_resolved ? "resolved" : "firing", each.alert->labels});
  }
  for (const notify::Attempt& each : from.attempts) {
    to.attempts.push_back({each.at, each.ended, each.status, std::string(notify::to_string(each.result))});
  }
  return to;
}

// The receivers of the group believe it firing from an activation before this one.
bool OutcomeTeller::is_deduplicated(const notify::Flush& flush, const notify::FlushedAlert& alert) const {
  if (alert.is_resolved || flush.decisions.empty()) return false;
  const auto is_news = [](const notify::Decision& each) { return each.reason != notify::Reason::none; };
  if (std::ranges::any_of(flush.decisions, is_news)) return false;
  const auto told = told_.find(alert.alert->fingerprint);
  return told == told_.end() || told->second < alert.alert->starts_at;
}

namespace {

// Whether an alert is muted at a time by what muted it before.
bool is_muted(const notify::HeldBack& held, const notify::Configuration& configuration, Time at) {
  const bool inside = std::ranges::any_of(configuration.time_intervals, [&](const notify::NamedTimeInterval& each) {
    return contains(held.names, each.name) && each.contains(at);
  });
  return inside != held.is_outside;
}

// What mutes a route at a time; nothing: it is not muted.
std::optional<notify::HeldBack> mute_of(const notify::Configuration& configuration, const notify::Route& route,
                                        Time at) {
  notify::HeldBack mute;
  mute.how = HoldKind::muted;
  mute.names = notify::muted_by(configuration, route, at);
  if (mute.names.empty()) return std::nullopt;
  // While none of the active intervals holds, those that mute are not looked at.
  mute.is_outside = !route.active_time_intervals.empty() && mute.names == route.active_time_intervals &&
                    std::ranges::none_of(configuration.time_intervals, [&](const notify::NamedTimeInterval& each) {
                      return contains(route.active_time_intervals, each.name) && each.contains(at);
                    });
  return mute;
}

// The first time after this one at which any of the route's intervals may begin or end; the last at `end`.
Time next_change(const notify::Configuration& configuration, const notify::Route& route, Time from, Time end) {
  for (const notify::NamedTimeInterval& each : configuration.time_intervals) {
    const bool is_its =
        contains(route.mute_time_intervals, each.name) || contains(route.active_time_intervals, each.name);
    if (is_its) end = std::min(end, each.next_change(from));
  }
  return end;
}

// When it was over what held an alert back at one flush, and not at the next: its group waits for that one meanwhile.
Time end_of_hold(const notify::HeldBack& held, Time seen, Time flushed, const notify::Alertmanager& manager) {
  Time end = flushed;
  if (held.how == HoldKind::silenced) {
    end = seen;
    for (const notify::Silence& each : manager.silences().all()) {
      if (contains(held.names, each.id)) end = std::max(end, each.ends_at);
    }
  }
  if (held.how == HoldKind::inhibited) {
    if (const notify::AlertPtr source = manager.alert(held.source->fingerprint)) end = source->ends_at;
  }
  return std::clamp(end, seen, flushed);
}

}  // namespace

void OutcomeTeller::tell_holds(const notify::Flush& flush, const notify::Alertmanager& manager, events::Sink& out) {
  std::map<notify::Fingerprint, std::pair<Hold, const notify::HeldBack*>> holds;
  for (const notify::HeldBack& held : flush.held_back) {
    holds[held.alert->fingerprint] = {{held.how, what_holds(held, manager.silences())}, &held};
  }
  for (const notify::FlushedAlert& each : flush.alerts) {
    const auto found = holds.find(each.alert->fingerprint);
    const Hold again{HoldKind::deduplicated, flush.group->receiver};
    if (found != holds.end()) {
      tell_hold(flush, each.alert, &found->second.first, found->second.second, manager, out);
    } else {
      tell_hold(flush, each.alert, is_deduplicated(flush, each) ? &again : nullptr, nullptr, manager, out);
    }
  }
}

bool OutcomeTeller::is_held(const notify::Alert& alert, const Hold& hold) const {
  auto place = held_.lower_bound({alert.fingerprint, 0, {}});
  for (; place != held_.end() && std::get<0>(place->first) == alert.fingerprint; ++place) {
    if (place->second.alert->starts_at == alert.starts_at && place->second.hold == hold) return true;
  }
  return false;
}

void OutcomeTeller::tell_hold(const notify::Flush& flush, const notify::AlertPtr& alert, const Hold* hold,
                              const notify::HeldBack* held, const notify::Alertmanager& manager, events::Sink& out) {
  const Place place{alert->fingerprint, flush.group->route, flush.group->key};
  const auto known = held_.find(place);
  if (known != held_.end()) {
    const bool same = known->second.alert->starts_at == alert->starts_at;
    if (same && hold != nullptr && known->second.hold == *hold) {
      if (held != nullptr) known->second.held = *held;
      known->second.seen = flush.at;
      return;
    }
    const Held& was = known->second;
    if (same && was.hold.how == HoldKind::muted) {
      tell_mutes(was, flush, hold, manager, out);
    } else if (same) {
      const Time end = was.held ? end_of_hold(*was.held, was.seen, flush.at, manager) : flush.at;
      out.on_hold({end, alert->labels, was.hold.how, was.hold.by, true});
    }
    held_.erase(known);
  }
  if (hold == nullptr) return;
  const bool is_news = !is_held(*alert, *hold);
  held_[place] = {alert, *hold, held == nullptr ? std::nullopt : std::optional(*held), flush.at};
  if (const auto kind = events::event_kind_of(hold->how); kind && is_news) {
    Event event{
        .t = flush.at, .kind = *kind, .subject = std::string(alert->labels.get(model::kAlertName)), .fields = {}};
    event.with("labels", alert->labels).with("by", hold->by);
    out.on_event(std::move(event));
  }
  out.on_hold({flush.at, alert->labels, hold->how, hold->by, false});
}

// One mute may follow upon another before the next flush, and the group waits until none holds.
void OutcomeTeller::tell_mutes(const Held& was, const notify::Flush& flush, const Hold* now,
                               const notify::Alertmanager& manager, events::Sink& out) {
  const notify::Configuration& configuration = manager.configuration();
  const notify::Route& route = configuration.routes[flush.group->route];
  const model::Labels& labels = was.alert->labels;
  std::optional<notify::HeldBack> mute = was.held;
  std::string by = was.hold.by;
  const auto change = [&](Time from) { return next_change(configuration, route, from, flush.at); };
  for (Time at = change(was.seen); at < flush.at; at = change(at)) {
    if (is_muted(*mute, configuration, at)) continue;
    out.on_hold({at, labels, HoldKind::muted, by, true});
    mute = mute_of(configuration, route, at);
    if (!mute) return;
    by = what_holds(*mute, manager.silences());
    out.on_hold({at, labels, HoldKind::muted, by, false});
  }
  const bool goes_on = now != nullptr && now->how == HoldKind::muted && now->by == by;
  if (!goes_on) out.on_hold({flush.at, labels, HoldKind::muted, by, true});
}

void OutcomeTeller::end_holds(Time now, events::Sink& out) {
  for (const auto& [place, held] : held_) {
    out.on_hold({now, held.alert->labels, held.hold.how, held.hold.by, true});
  }
  held_.clear();
}

}  // namespace firedrill::monitor
