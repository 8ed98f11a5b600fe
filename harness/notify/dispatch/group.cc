#include "notify/dispatch/group.h"

#include <algorithm>

#include "notify/stages/dedup.h"

namespace firedrill::notify {
namespace {

// The least time that a flush has for its notifications (notify.MinTimeout).
constexpr Duration kMinTimeout = 10s;

}  // namespace

Group::Group(GroupPtr info, const Route& route, Version version)
    : info_(std::move(info)), version_(version), timer_(info_->created + route.group_wait) {}

void Group::insert(const AlertPtr& alert, const Route& route, Time now) {
  const bool is_first = members_.empty() && !has_flushed_ && now == info_->created;
  members_[alert->fingerprint].alert = alert;
  const bool may_hurry = version_ >= Version::v0_33 ? is_first : !has_flushed_;
  // At the instant itself too: the real one looks at the clock a moment later.
  if (may_hurry && alert->starts_at + route.group_wait <= now) timer_ = std::min(timer_, now);
}

Time Group::next_due(Time opens_at) const {
  if (!flush_.is_running) return std::max(timer_, opens_at);
  Time next = Time::max();
  for (const Delivery& delivery : flush_.deliveries) next = std::min(next, delivery.next_due().value_or(Time::max()));
  return next;
}

const Group::Member* Group::find(Fingerprint fingerprint) const {
  const auto found = members_.find(fingerprint);
  return found == members_.end() ? nullptr : &found->second;
}

DeliveryContext Group::context(const Pipeline& pipeline) const {
  return {*pipeline.configuration.receiver(info_->receiver),
          route(pipeline).repeat_interval,
          pipeline.endpoints,
          pipeline.renderer,
          pipeline.log,
          pipeline.random,
          pipeline.outcomes};
}

void Group::advance(Time now, const Pipeline& pipeline) {
  if (!flush_.is_running) {
    begin_flush(now, pipeline);
  } else {
    const DeliveryContext with = context(pipeline);
    for (Delivery& delivery : flush_.deliveries) {
      if (delivery.next_due().value_or(Time::max()) <= now) delivery.advance(now, with);
    }
  }
  if (flush_.is_running && std::ranges::all_of(flush_.deliveries, &Delivery::is_over)) finish_flush();
}

void Group::begin_flush(Time now, const Pipeline& pipeline) {
  const Duration interval = route(pipeline).group_interval;
  Flush flush{.at = now, .tick = timer_, .group = info_, .number = flushes_ + 1};
  timer_ = now + interval;
  has_flushed_ = true;
  if (members_.empty()) return;
  ++flushes_;
  flush.alerts = snapshot(now);
  flush_ = {.is_running = true, .at = now, .deadline = now + std::max(interval, kMinTimeout)};
  for (const FlushedAlert& each : flush.alerts) {
    if (each.is_resolved) flush_.resolved.push_back(each.alert);
  }
  const std::vector<FlushedAlert> left = hold_back(flush.alerts, flush, pipeline);
  if (!left.empty()) tell(left, flush, pipeline);
  if (pipeline.keeps_flushes) pipeline.outcomes.flushes.push_back(std::move(flush));
}

std::vector<FlushedAlert> Group::snapshot(Time now) {
  std::vector<FlushedAlert> alerts;
  alerts.reserve(members_.size());
  for (auto& [key, member] : members_) {
    member.is_processed = true;
    alerts.push_back({member.alert, member.alert->is_resolved_at(now)});
  }
  std::ranges::sort(
      alerts, [](const FlushedAlert& a, const FlushedAlert& b) { return is_before(a.alert->labels, b.alert->labels); });
  return alerts;
}

std::vector<FlushedAlert> Group::hold_back(std::vector<FlushedAlert> alerts, Flush& flush, const Pipeline& pipeline) {
  std::erase_if(alerts, [&](const FlushedAlert& each) {
    Inhibitor::Verdict verdict = pipeline.inhibitor.inhibited_by(*each.alert, flush.at);
    if (verdict.source == nullptr) return false;
    flush.held_back.push_back({each.alert, events::HoldKind::inhibited, std::move(verdict.source), verdict.rule, {}});
    return true;
  });
  // Where nothing is left, the stages behind are not asked.
  if (alerts.empty()) return alerts;
  if (is_muted_by_time(alerts, flush, pipeline)) return {};
  std::erase_if(alerts, [&](const FlushedAlert& each) {
    std::vector<std::string> ids = pipeline.silences.active_for(each.alert->labels, flush.at);
    if (ids.empty()) return false;
    flush.held_back.push_back({each.alert, events::HoldKind::silenced, nullptr, 0, std::move(ids)});
    return true;
  });
  return alerts;
}

bool Group::is_muted_by_time(std::span<const FlushedAlert> alerts, Flush& flush, const Pipeline& pipeline) {
  const Route& own = route(pipeline);
  const auto holds = [&](const std::string& name) {
    const NamedTimeInterval* interval = pipeline.configuration.time_interval(name);
    return interval != nullptr && interval->contains(flush.tick);
  };
  bool is_outside = true;
  muted_by_.clear();
  if (std::ranges::none_of(own.active_time_intervals, holds)) muted_by_ = own.active_time_intervals;
  if (muted_by_.empty()) {
    is_outside = false;
    std::ranges::copy_if(own.mute_time_intervals, std::back_inserter(muted_by_), holds);
  }
  if (muted_by_.empty()) return false;
  for (const FlushedAlert& each : alerts)
    flush.held_back.push_back({each.alert, events::HoldKind::muted, nullptr, 0, muted_by_, is_outside});
  return true;
}

void Group::tell(const std::vector<FlushedAlert>& alerts, Flush& flush, const Pipeline& pipeline) {
  const Receiver* receiver = pipeline.configuration.receiver(info_->receiver);
  for (std::size_t i = 0; i < receiver->integrations.size(); ++i) tell(i, alerts, flush, pipeline);
}

void Group::tell(std::size_t integration, const std::vector<FlushedAlert>& alerts, Flush& flush,
                 const Pipeline& pipeline) {
  const Receiver& receiver = *pipeline.configuration.receiver(info_->receiver);
  const Integration& chosen = receiver.integrations[integration];
  const Duration repeat_interval = route(pipeline).repeat_interval;
  Delivery::Order order{.key = {info_->key, receiver.name, chosen.kind, chosen.index}, .deadline = flush_.deadline};
  for (const FlushedAlert& each : alerts) {
    (each.is_resolved ? order.resolved : order.firing).push_back(each.alert->fingerprint);
  }
  std::ranges::sort(order.firing);
  std::ranges::sort(order.resolved);
  const LogEntry* entry = pipeline.log.find(order.key, info_, flush.at);
  const Time now = version_ >= Version::v0_33 ? flush.tick : flush.at;
  Decision decision{.integration = integration};
  decision.reason = reason_to_notify(entry, {order.firing, order.resolved, chosen.send_resolved, repeat_interval, now});
  if (entry != nullptr) decision.since = entry->at;
  const bool is_silent = !chosen.send_resolved && order.firing.empty();
  decision.is_sent = decision.reason != Reason::none && !is_silent;
  flush.decisions.push_back(decision);
  if (decision.reason == Reason::none) return;
  if (is_silent) {
    pipeline.log.write(order.key, info_, {}, std::move(order.resolved), repeat_interval, flush.at);
    return;
  }
  order.notification = {.receiver = receiver.name,
                        .integration = integration,
                        .group = info_,
                        .flush = flush.number,
                        .flushed_at = flush.at,
                        .reason = decision.reason,
                        .is_firing = !order.firing.empty()};
  std::ranges::copy_if(alerts, std::back_inserter(order.notification.alerts),
                       [&](const FlushedAlert& each) { return chosen.send_resolved || !each.is_resolved; });
  flush_.deliveries.emplace_back(std::move(order), flush.at, context(pipeline));
}

void Group::finish_flush() {
  if (std::ranges::none_of(flush_.deliveries, &Delivery::has_failed)) {
    // One that has come again meanwhile stays.
    for (const AlertPtr& each : flush_.resolved) {
      const auto member = members_.find(each->fingerprint);
      if (member != members_.end() && member->second.alert->revision == each->revision) members_.erase(member);
    }
  }
  flush_ = {};
}

void Group::cancel(Time now, Outcomes& outcomes, Attempt::Result as) {
  for (Delivery& delivery : flush_.deliveries) delivery.cancel(now, outcomes, as);
  flush_ = {};
}

}  // namespace firedrill::notify
