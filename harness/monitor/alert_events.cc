#include "monitor/alert_events.h"

namespace firedrill::monitor {
namespace {

using events::AlertState;
using events::EventKind;

EventKind kind_of(AlertState state) {
  if (state == AlertState::pending) return EventKind::alert_pending;
  return state == AlertState::firing ? EventKind::alert_firing : EventKind::alert_resolved;
}

}  // namespace

events::Event event_of(const std::string& alert, const events::AlertTransition& step) {
  events::Event event{.t = step.t, .kind = kind_of(step.to), .subject = alert, .fields = {}};
  event.with("labels", step.labels).with("value", step.value);
  if (step.to == AlertState::inactive && step.from == AlertState::pending) event.with("was", std::string("pending"));
  return event;
}

events::Event held_back(const std::string& alert, const model::Labels& labels, Time t, events::HoldKind how,
                        std::string_view by) {
  events::Event event{.t = t, .kind = *events::event_kind_of(how), .subject = alert, .fields = {}};
  event.with("labels", labels).with("by", std::string(by));
  return event;
}

model::Labels as_sent(model::Labels labels, const model::Labels& external) {
  for (const model::Label& label : external) {
    if (!labels.has(label.name)) labels.set(label.name, label.value);
  }
  return labels;
}

}  // namespace firedrill::monitor
