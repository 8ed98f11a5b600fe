#include "driver/people/on_call_desk.h"

#include <algorithm>
#include <utility>

#include "base/text/format.h"
#include "events/action.h"
#include "events/event.h"
#include "fake_services/actions/action_table.h"

namespace firedrill::driver {
namespace {

using oncall::Deed;
using oncall::PageEvent;

std::set<std::string> name_set(const std::set<model::Labels>& alerts) {
  std::set<std::string> names;
  for (const model::Labels& labels : alerts) names.insert(std::string(labels.get(model::kAlertName)));
  return names;
}

// The names of alerts, as an event has them: each once, separated by commas.
std::string names_of(const std::set<model::Labels>& alerts) {
  std::string out;
  for (const std::string& name : name_set(alerts)) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// Whose pages they are that nothing routes: those of the first schedule, if several are there.
const oncall::Schedule& first_schedule(const oncall::Roster& roster) {
  return roster.schedules.front();
}

}  // namespace

OnCallDesk::OnCallDesk(std::shared_ptr<const oncall::Team> team, SeverityWatch watch, ServiceHost& host,
                       const Options& options, events::Sink& sink)
    : team_(std::move(team)),
      roster_(team_, &team_->roster),
      host_(host),
      sink_(sink),
      paging_(options.paging),
      escalation_(roster_),
      handoffs_(roster_, options.start),
      response_(team_, options.seed, options.origin),
      communicator_(team_, std::move(watch)) {}

OnCallDesk::OnCallDesk(const OnCallDesk& other, ServiceHost& host, events::Sink& sink)
    : team_(other.team_),
      roster_(other.roster_),
      host_(host),
      sink_(sink),
      paging_(other.paging_),
      escalation_(other.escalation_),
      handoffs_(other.handoffs_),
      response_(other.response_),
      communicator_(other.communicator_),
      heard_(other.heard_),
      open_(other.open_),
      page_events_(other.page_events_) {}

Time OnCallDesk::next_due() const {
  return std::min({escalation_.next_due(), handoffs_.next_due(), response_.next_due(), communicator_.next_due()});
}

void OnCallDesk::run_due(Time now) {
  for (const oncall::Handoff& handoff : handoffs_.advance(now)) sink_.on_event(oncall::event_of(handoff));
  for (const auto& each : std::exchange(heard_, {})) {
    std::visit([&](const auto& what) { hear(what, now); }, each);
  }
  for (;;) {
    const Time of_pages = escalation_.next_due();
    const Time of_people = response_.next_due();
    const Time of_posts = communicator_.next_due();
    if (std::min({of_pages, of_people, of_posts}) > now) return;
    if (of_pages <= std::min(of_people, of_posts)) {
      tell(escalation_.advance(of_pages));
    } else if (of_posts < of_people) {
      communicator_.run_due(now, sink_);
    } else if (const auto deed = response_.next(of_people)) {
      carry_out(*deed, now);
    }
  }
}

void OnCallDesk::on_event(events::Event event) {
  const bool helped = event.kind == events::EventKind::action_effective;
  if (helped || event.kind == events::EventKind::action_ineffective) heard_.push_back(Seen{event.subject, helped});
}

void OnCallDesk::on_transition(const events::AlertTransition& transition) {
  if (transition.to == events::AlertState::inactive) heard_.push_back(Over{transition.labels});
  if (!paging_ || transition.to != events::AlertState::firing || !transition.dropped_by.empty()) return;
  const bool pages = std::ranges::all_of(
      *paging_, [&](const model::Matcher& each) { return each.matches(transition.labels.get(each.name())); });
  if (!pages) return;
  heard_.push_back(Told{transition.labels.to_string(), first_schedule(*roster_).name, {transition.labels}});
}

void OnCallDesk::on_notification(const events::Notification& notification,
                                 const events::NotificationPayload* /*payload*/) {
  if (!notification.accepted || !notification.pages) return;
  const oncall::Schedule* schedule = roster_->of_receiver(notification.receiver);
  if (schedule == nullptr) return;  // the loader refuses such a file
  Told told{format("{} {}", notification.receiver, notification.group_key), schedule->name, {}};
  for (const events::NotifiedAlert& each : notification.alerts) {
    if (each.status == "firing") told.firing.push_back(each.labels);
  }
  heard_.push_back(std::move(told));
}

OnCallDesk::Open* OnCallDesk::find(std::string_view page) {
  const auto found = std::ranges::find_if(open_, [&](const Open& each) { return each.page.id == page; });
  return found == open_.end() ? nullptr : &*found;
}

void OnCallDesk::hear(const Told& told, Time now) {
  Open* open = find(told.page);
  if (told.firing.empty()) {
    if (open != nullptr) close(told.page, "resolved", now);
    return;
  }
  if (open == nullptr) {
    open_.push_back({{.id = told.page, .schedule = told.schedule, .at = now}, {}});
    open = &open_.back();
  }
  open->firing.insert(told.firing.begin(), told.firing.end());
  open->page.alert = names_of(open->firing);
  communicator_.paged(told.page, name_set(open->firing), now);
  const oncall::Page page = open->page;
  tell(escalation_.start({.id = page.id, .schedule = page.schedule, .at = now, .alert = page.alert}));
}

// Nobody waits for a page of which nothing is left, whether or not its receiver is told so.
void OnCallDesk::hear(const Over& over, Time now) {
  std::vector<std::string> ended;
  for (Open& each : open_) {
    if (each.firing.erase(over.alert) > 0 && each.firing.empty()) ended.push_back(each.page.id);
  }
  for (const std::string& page : ended) close(page, "its alerts are over", now);
}

void OnCallDesk::hear(const Seen& seen, Time now) {
  response_.seen(seen.action, seen.helped, now);
  if (seen.helped) communicator_.helped(now);
}

void OnCallDesk::close(const std::string& page, std::string_view reason, Time now) {
  tell(escalation_.end(page, reason, now));
  response_.over(page, now);
  communicator_.over(page, now);
  std::erase_if(open_, [&](const Open& each) { return each.page.id == page; });
}

void OnCallDesk::tell(const std::vector<PageEvent>& events) {
  page_events_.insert(page_events_.end(), events.begin(), events.end());
  for (const PageEvent& event : events) {
    const Open* open = find(event.page);
    sink_.on_event(oncall::event_of(
        event,
        open != nullptr ? open->page : oncall::Page{.id = event.page, .schedule = event.schedule, .at = event.t}));
    if (event.kind == PageEvent::Kind::paged) response_.paged(event.page, event.tier, event.person, event.t);
  }
}

void OnCallDesk::carry_out(const Deed& deed, Time now) {
  switch (deed.kind) {
    case Deed::Kind::acknowledge:
      return acknowledge(deed, now);
    case Deed::Kind::act:
      return act(deed, now);
    case Deed::Kind::escalate:
      return tell(escalation_.escalate(deed.page, deed.who, deed.role, now));
    case Deed::Kind::page:
      return page_schedule(deed, now);
    case Deed::Kind::give_up:
      return say(deed, format("the playbook {} has no further step that could be taken", deed.playbook), now);
  }
}

// Of a page that somebody else has acknowledged nobody else needs to.
void OnCallDesk::acknowledge(const Deed& deed, Time now) {
  const oncall::PageState* state = escalation_.find(deed.page);
  if (state == nullptr || state->stage == oncall::PageState::Stage::acknowledged) return;
  tell(escalation_.acknowledge(deed.page, deed.person, now));
  const Open* open = find(deed.page);
  const auto plan = open == nullptr ? nullptr : plan_of(*open);
  response_.acknowledged(deed, plan);
  if (open == nullptr) return;
  communicator_.acknowledged({.id = deed.page, .person = deed.person, .role = deed.role, .plan = plan}, open->page.at,
                             now);
}

// That of the first of its alerts which has one.
std::shared_ptr<const oncall::Plan> OnCallDesk::plan_of(const Open& open) const {
  for (const model::Labels& labels : open.firing) {
    const auto plan = team_->plans.find(labels.get(model::kAlertName));
    if (plan != team_->plans.end()) return plan->second;
  }
  return nullptr;
}

void OnCallDesk::act(const Deed& deed, Time now) {
  events::Action action = deed.action;
  action.t = now;
  action.by = deed.role;
  if (const auto taken = host_.apply(action); !taken) {
    sink_.on_event(events::without_effect(action, taken.error()));
    return response_.refused(deed);
  }
  tell_of_action(action, now);
  if (action.kind == events::ActionKind::declare) call_commander(deed.page, deed.action.subject, deed.role, now);
  if (fake_services::find_action(action.kind)->symptom == nullptr) response_.done(deed);
}

// What changes nothing in the world is no news to others, but for how bad they say it is.
void OnCallDesk::tell_of_action(const events::Action& action, Time now) {
  if (action.kind == events::ActionKind::declare) {
    if (const auto level = record::parse_severity(action.subject)) communicator_.declared(*level, now);
  } else if (fake_services::find_action(action.kind)->symptom != nullptr) {
    communicator_.acted(events::describe(action), now);
  }
}

// Of a P0 and a P1 the last tier is called, which is who commands.
void OnCallDesk::call_commander(const std::string& page, std::string_view severity, std::string_view by, Time now) {
  if (severity != "P0" && severity != "P1") return;
  const oncall::PageState* state = escalation_.find(page);
  if (state == nullptr) return;
  const std::string tier = roster_->find(state->schedule)->tiers.back().name;
  tell(escalation_.escalate(page, tier, by, now));
}

void OnCallDesk::page_schedule(const Deed& deed, Time now) {
  const Open* open = find(deed.page);
  if (open == nullptr) return;
  const Told told{format("{} → {}", deed.page, deed.who), deed.who, {open->firing.begin(), open->firing.end()}};
  hear(told, now);
}

void OnCallDesk::say(const Deed& deed, std::string text, Time now) {
  const Open* open = find(deed.page);
  events::Event note{.t = now,
                     .kind = events::EventKind::note,
                     .subject = open == nullptr ? deed.page : open->page.alert,
                     .fields = {}};
  sink_.on_event(note.with("by", deed.role).with("text", std::move(text)));
}

}  // namespace firedrill::driver
