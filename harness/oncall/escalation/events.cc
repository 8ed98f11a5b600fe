// What happened to pages and shifts, as events of a run.
#include <utility>

#include "base/text/format.h"
#include "oncall/escalation/escalation.h"
#include "oncall/escalation/handoffs.h"

namespace firedrill::oncall {
namespace {

using events::Event;
using events::EventKind;
using Kind = PageEvent::Kind;

// A field that is empty is left out.
void add(Event& event, std::string_view name, const std::string& value) {
  if (!value.empty()) event.with(name, value);
}

Event of_page(EventKind kind, std::string subject, const PageEvent& event, const Page& page) {
  Event out{.t = event.t, .kind = kind, .subject = std::move(subject), .fields = {}};
  add(out, "alert", page.alert);
  add(out, "incident", page.incident);
  add(out, "tier", event.tier);
  add(out, "reason", event.reason);
  return out;
}

Event note(const PageEvent& event, const Page& page, std::string text) {
  Event out{.t = event.t, .kind = EventKind::note, .subject = page.alert.empty() ? page.id : page.alert, .fields = {}};
  add(out, "incident", page.incident);
  add(out, "by", event.person);
  add(out, "text", text);
  return out;
}

}  // namespace

Event event_of(const PageEvent& event, const Page& page) {
  switch (event.kind) {
    case Kind::paged:
      return of_page(EventKind::oncall_paged, event.person, event, page);
    case Kind::nobody:
      return of_page(EventKind::oncall_nobody, event.tier, event, page);
    case Kind::escalated:
      return of_page(EventKind::oncall_escalated, event.tier, event, page);
    case Kind::acknowledged:
      return of_page(EventKind::oncall_acknowledged, event.person, event, page);
    case Kind::timed_out:
      return note(event, page, "the acknowledgement has timed out: the tiers are paged anew");
    case Kind::unanswered:
      return note(event, page, format("nobody of {} has acknowledged, and nobody else is paged", event.schedule));
    case Kind::ended:
      return note(event, page, format("nobody is paged any more: {}", event.reason));
  }
  std::unreachable();
}

Event event_of(const Handoff& handoff) {
  const bool nobody = handoff.person.empty();
  Event out{.t = handoff.t,
            .kind = nobody ? EventKind::oncall_nobody : EventKind::oncall_handoff,
            .subject = nobody ? handoff.tier : handoff.person,
            .fields = {}};
  add(out, "tier", handoff.tier);
  if (!handoff.was.empty()) out.with("reason", "the shift before it is over");
  return out;
}

}  // namespace firedrill::oncall
