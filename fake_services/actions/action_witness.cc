#include "fake_services/actions/action_witness.h"

#include <algorithm>
#include <utility>

#include "base/text/format.h"
#include "fake_services/actions/relief.h"

namespace firedrill::fake_services {
namespace {

// A look over less tells nothing.
constexpr Duration kMinute = std::chrono::minutes(1);

Hit all_of(std::size_t service, const Flow& flow) {
  return {service, std::vector<bool>(flow.replicas(service), true), std::nullopt};
}

std::string target_of(const ActionSpec& spec, const events::Action& action) {
  return spec.target == ActionTarget::node ? "services on " + action.subject : action.subject;
}

}  // namespace

Observation ActionWitness::observe(const std::vector<std::size_t>& services, const Observer& observer,
                                   const Flow& flow) {
  std::vector<Hit> hits;
  for (const std::size_t service : services) hits.push_back(all_of(service, flow));
  return observer.of(hits, View::callers);
}

void ActionWitness::begin(const ActionSpec& spec, const events::Action& action, std::vector<std::size_t> services,
                          Time effective, const Observer& observer, const Flow& flow) {
  Watched watched{.spec = &spec,
                  .action = action,
                  .services = std::move(services),
                  .target = target_of(spec, action),
                  .effective = effective,
                  .before = {},
                  .last = {},
                  .looked_at = action.t};
  watched.last = observe(watched.services, observer, flow);
  Observation then;
  const std::size_t oldest = remembered_ < kMinutes ? 0 : remembered_ % kMinutes;
  for (const std::size_t service : watched.services) then.add(history_[service][oldest]);
  // What was seen of several services is counted over one span of time.
  if (!watched.services.empty()) then.seconds = history_[watched.services.front()][oldest].seconds;
  watched.before = watched.last.since(then);
  watched_.push_back(std::move(watched));
}

bool ActionWitness::look_at(Watched& watched, Time t, const Observer& observer, const Flow& flow, events::Sink& sink) {
  if (t < watched.effective || t - watched.looked_at < kMinute) return false;
  const ActionSpec& spec = *watched.spec;
  Observation seen = observe(watched.services, observer, flow);
  const Observation after = seen.since(watched.last);
  keep_worst(watched, after);
  const bool settled = watched.looked_at >= watched.effective;
  if (auto symptom = settled ? spec.symptom(watched.before, after, watched.target) : std::nullopt) {
    if (watched.ended_otherwise && !watched.has_taken_away) {
      events::Action vain = watched.action;
      vain.t = t;
      sink.on_event(
          events::without_effect(vain, format("what was wrong was ended otherwise, at {}, before this had helped",
                                              format_clock(*watched.ended_otherwise))));
      return true;
    }
    sink.on_event(events::helped(watched.action, t, *std::move(symptom)));
    return true;
  }
  watched.last = std::move(seen);
  watched.looked_at = t;
  if (t < watched.effective + spec.shows_within) return false;
  events::Action late = watched.action;
  late.t = t;
  std::string what = spec.unseen(watched.before, after, watched.target);
  if (watched.worst) what += "; " + was_worse(*watched.worst);
  sink.on_event(events::without_effect(late, std::move(what)));
  return true;
}

// What does not help may harm, for as long as it takes: at the end of its time nothing shows of that any more.
void ActionWitness::keep_worst(Watched& watched, const Observation& minute) {
  if (!fails_more(watched.before, minute)) return;
  if (!watched.worst || failing_share(minute) > failing_share(*watched.worst)) watched.worst = minute;
}

void ActionWitness::end_otherwise(Time t, const std::function<bool(std::size_t service)>& hits) {
  for (Watched& each : watched_) {
    if (!each.ended_otherwise && std::ranges::none_of(each.services, hits)) each.ended_otherwise = t;
  }
}

void ActionWitness::look(Time t, const Observer& observer, const Flow& flow, events::Sink& sink) {
  std::erase_if(watched_, [&](Watched& each) { return look_at(each, t, observer, flow, sink); });
  for (std::size_t service = 0; service < history_.size(); ++service) {
    history_[service][remembered_ % kMinutes] = observe({service}, observer, flow);
  }
  ++remembered_;
}

}  // namespace firedrill::fake_services
