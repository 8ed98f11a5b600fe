#include "driver/live/action_watch.h"

#include <utility>

#include "base/text/format.h"

namespace firedrill::driver::live {

void ActionWatch::begin(const fake_services::ActionSpec& spec, const events::Action& action,
                        fake_services::Observation before) {
  if (spec.symptom != nullptr) watched_.push_back({&spec, action, std::move(before)});
}

void ActionWatch::end_otherwise(Time t, const std::function<bool(const std::string& service)>& hits) {
  for (Watched& each : watched_) {
    if (!each.ended_otherwise && !hits(each.action.subject)) each.ended_otherwise = t;
  }
}

bool ActionWatch::decide(const Watched& watched, Time t, const fake_services::Observation& after, events::Sink& sink) {
  const std::string& target = watched.action.subject;
  events::Action late = watched.action;
  late.t = t;
  if (auto symptom = watched.spec->symptom(watched.before, after, target)) {
    if (watched.ended_otherwise && !watched.has_taken_away) {
      sink.on_event(
          events::without_effect(late, format("what was wrong was ended otherwise, at {}, before this had helped",
                                              format_clock(*watched.ended_otherwise))));
      return true;
    }
    sink.on_event(events::helped(watched.action, t, *std::move(symptom)));
    return true;
  }
  if (t < watched.action.t + watched.spec->takes + watched.spec->shows_within) return false;
  sink.on_event(events::without_effect(late, watched.spec->unseen(watched.before, after, target)));
  return true;
}

}  // namespace firedrill::driver::live
