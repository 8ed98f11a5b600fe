// What somebody does by hand at the desk: the same as responders do, when they choose.
#include <utility>

#include "base/text/format.h"
#include "driver/people/on_call_desk.h"
#include "events/action.h"
#include "events/event.h"

namespace firedrill::driver {
namespace {

using events::Event;
using events::EventKind;

}  // namespace

void OnCallDesk::acknowledge(const Hand& hand, Time now) {
  tell(escalation_.acknowledge(hand.page, hand.person, now));
}

void OnCallDesk::escalate(const Hand& hand, const std::string& tier, Time now) {
  tell(escalation_.escalate(hand.page, tier, hand.role, now));
}

void OnCallDesk::page(const Hand& hand, const std::string& schedule, Time now) {
  page_schedule({.page = hand.page, .who = schedule}, now);
}

std::expected<void, std::string> OnCallDesk::act(const Hand& hand, events::Action action, Time now) {
  action.t = now;
  action.by = hand.role;
  if (auto taken = host_.apply(action); !taken) return taken;
  tell_of_action(action, now);
  if (action.kind == events::ActionKind::declare) call_commander(hand.page, action.subject, hand.role, now);
  return {};
}

void OnCallDesk::post(const Hand& hand, const HandPost& post, Time now) {
  Event event{.t = now, .kind = EventKind::communication_posted, .subject = post.incident, .fields = {}};
  if (!post.alerts.empty()) event.with("alert", post.alerts);
  event.with("channel", post.channel)
      .with("status", std::string(record::to_string(post.status)))
      .with("severity", std::string(record::to_string(post.severity)))
      .with("since", format_instant(post.since));
  std::vector<record::ComponentStatus> components = communicator_.watch().components();
  if (post.status == record::PostStatus::resolved) {
    for (record::ComponentStatus& each : components) each.status = "operational";
  }
  if (post.channel == record::kExternal) event.with("components", record::write_components(components));
  event.with("by", hand.role);
  sink_.on_event(event.with("title", oncall::at_most(post.text, oncall::kLongestTitle)).with("text", post.text));
}

void OnCallDesk::note(const Hand& hand, const std::string& subject, std::string text, Time now) {
  Event event{.t = now, .kind = EventKind::note, .subject = subject, .fields = {}};
  sink_.on_event(event.with("by", hand.role).with("text", std::move(text)));
}

}  // namespace firedrill::driver
