#include "driver/live/action_watch.h"

#include <utility>

namespace firedrill::driver::live {

void ActionWatch::begin(const fake_services::ActionSpec& spec, const events::Action& action,
                        fake_services::Observation before) {
  if (spec.symptom != nullptr) watched_.push_back({&spec, action, std::move(before)});
}

bool ActionWatch::decide(const Watched& watched, Time t, const fake_services::Observation& after, events::Sink& sink) {
  const std::string& target = watched.action.subject;
  if (auto symptom = watched.spec->symptom(watched.before, after, target)) {
    sink.on_event(events::helped(watched.action, t, *std::move(symptom)));
    return true;
  }
  if (t < watched.action.t + watched.spec->takes + watched.spec->shows_within) return false;
  events::Action late = watched.action;
  late.t = t;
  sink.on_event(events::without_effect(late, watched.spec->unseen(watched.before, after, target)));
  return true;
}

}  // namespace firedrill::driver::live
