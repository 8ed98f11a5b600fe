#include "notify/dispatch/dispatcher.h"

#include <algorithm>

#include "base/text/format.h"
#include "notify/dispatch/group_key.h"
#include "notify/route/route.h"

namespace firedrill::notify {

Dispatcher::Dispatcher(std::shared_ptr<const Configuration> configuration, Time started, Time opens_at,
                       Duration maintenance_interval)
    : configuration_(std::move(configuration)),
      started_(started),
      opens_at_(opens_at),
      maintenance_interval_(maintenance_interval) {}

const std::vector<Dispatcher::Place>& Dispatcher::places_of(const Alert& alert) {
  const auto [entry, is_new] = places_.try_emplace(alert.fingerprint);
  if (is_new) {
    for (const std::size_t route : match(configuration_->routes, alert.labels)) {
      entry->second.push_back({route, fingerprint(group_labels(configuration_->routes[route], alert.labels))});
    }
  }
  return entry->second;
}

void Dispatcher::take(const AlertPtr& alert, Time now) {
  for (const Place& place : places_of(*alert)) {
    const auto found = by_place_.find(place);
    Entry& entry = found == by_place_.end() ? make_group(place, *alert, now) : groups_.at(found->second);
    entry.group.insert(alert, configuration_->routes[place.route], now);
    entry.removed_at.reset();
    schedule(by_place_.at(place), entry, now);
  }
}

Dispatcher::Entry& Dispatcher::make_group(const Place& place, const Alert& alert, Time now) {
  const Route& route = configuration_->routes[place.route];
  GroupInfo info;
  info.labels = group_labels(route, alert.labels);
  info.key = group_key(route, info.labels, configuration_->version);
  info.route = place.route;
  info.receiver = route.receiver;
  info.created = now;
  const Number number = next_number_++;
  by_place_.emplace(place, number);
  Group group(std::make_shared<const GroupInfo>(std::move(info)), route, configuration_->version);
  return groups_.emplace(number, Entry{.group = std::move(group), .place = place}).first->second;
}

// A group that is due earlier than it was, or again, stands behind those that were due at that time before.
void Dispatcher::schedule(Number number, Entry& entry, Time now) {
  // A flush that another held up is due in the past.
  Time due = std::max(now, entry.group.next_due(opens_at_));
  if (entry.removed_at) due = std::min(due, *entry.removed_at);
  if (due_.contains({entry.due, entry.order, number})) {
    if (due == entry.due) return;
    due_.erase({entry.due, entry.order, number});
  }
  entry.due = due;
  entry.order = next_order_++;
  due_.emplace(entry.due, entry.order, number);
}

Time Dispatcher::next_due() const {
  return due_.empty() ? Time::max() : std::get<Time>(*due_.begin());
}

void Dispatcher::run_next(Time now, const Pipeline& pipeline) {
  const Number number = std::get<2>(*due_.begin());
  due_.erase(due_.begin());
  Entry& entry = groups_.at(number);
  if (entry.removed_at && *entry.removed_at <= now) return remove(number);
  entry.group.advance(now, pipeline);
  if (entry.group.empty() && !entry.group.is_flushing()) {
    if (configuration_->version >= Version::v0_33) return remove(number);
    if (!entry.removed_at) entry.removed_at = next_maintenance(now);
  }
  schedule(number, entry, now);
}

void Dispatcher::remove(Number number) {
  by_place_.erase(groups_.at(number).place);
  groups_.erase(number);
}

Time Dispatcher::next_maintenance(Time now) const {
  return started_ + ((now - started_) / maintenance_interval_ + 1) * maintenance_interval_;
}

void Dispatcher::stop(Time now, Outcomes& outcomes, Attempt::Result as) {
  for (auto& [number, entry] : groups_) entry.group.cancel(now, outcomes, as);
}

std::vector<const Group*> Dispatcher::groups_of(Fingerprint fingerprint) const {
  std::vector<const Group*> out;
  for (const auto& [number, entry] : groups_) {
    if (entry.group.find(fingerprint) != nullptr) out.push_back(&entry.group);
  }
  return out;
}

std::vector<const Group*> Dispatcher::groups() const {
  std::vector<const Group*> out;
  for (const auto& [number, entry] : groups_) out.push_back(&entry.group);
  return out;
}

}  // namespace firedrill::notify
