#include "oncall/escalation/escalation.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/duration.h"
#include "base/text/format.h"

namespace firedrill::oncall {

using Kind = PageEvent::Kind;
using Stage = PageState::Stage;

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::paged:
      return "paged";
    case Kind::nobody:
      return "nobody";
    case Kind::escalated:
      return "escalated";
    case Kind::acknowledged:
      return "acknowledged";
    case Kind::timed_out:
      return "timed out";
    case Kind::unanswered:
      return "unanswered";
    case Kind::ended:
      return "ended";
  }
  std::unreachable();
}

const Schedule& Escalation::schedule_of(const PageState& state) const {
  const Schedule* schedule = roster_->find(state.schedule);
  assert(schedule != nullptr);
  return *schedule;
}

const Tier& Escalation::tier_of(const PageState& state) const {
  return schedule_of(state).tiers[state.level];
}

PageEvent Escalation::told(const PageState& state, Kind kind, Time t) const {
  return {.t = t,
          .kind = kind,
          .page = state.page.id,
          .schedule = state.schedule,
          .tier = tier_of(state).name,
          .loop = state.loop};
}

// The next tier's turn: whoever is on call now is paged. An empty shift is passed over at once.
void Escalation::call(PageState& state, Time t, std::vector<PageEvent>& out) {
  for (;;) {
    const Tier& tier = tier_of(state);
    const std::string person = tier.on_call(t);
    PageEvent event = told(state, person.empty() ? Kind::nobody : Kind::paged, t);
    event.person = person;
    out.push_back(std::move(event));
    if (!person.empty()) {
      state.paged = person;
      state.due = t + tier.escalation_delay;
      return;
    }
    if (!next_tier(state, format("nobody is on call as {}", tier.name), t, out)) return;
  }
}

// Whether there is a tier that follows; if not, the walk is over.
bool Escalation::next_tier(PageState& state, const std::string& why, Time t, std::vector<PageEvent>& out) {
  const Schedule& schedule = schedule_of(state);
  if (state.level + 1 < schedule.tiers.size()) {
    ++state.level;
  } else if (state.loop < schedule.loops) {
    ++state.loop;
    state.level = 0;
  } else if (!schedule.then.empty()) {
    state.schedule = schedule.then;
    state.loop = 0;
    state.level = 0;
  } else {
    out.push_back(told(state, Kind::unanswered, t));
    state.stage = Stage::unanswered;
    state.due = Time::max();
    return false;
  }
  PageEvent event = told(state, Kind::escalated, t);
  event.reason = why;
  out.push_back(std::move(event));
  return true;
}

void Escalation::begin(PageState& state, const Schedule& schedule, Time t, std::vector<PageEvent>& out) {
  state.schedule = schedule.name;
  state.stage = Stage::paging;
  state.level = 0;
  state.loop = 0;
  call(state, t, out);
}

void Escalation::step(PageState& state, std::vector<PageEvent>& out) {
  const Time t = state.due;
  if (state.stage == Stage::acknowledged) {
    PageEvent event = told(state, Kind::timed_out, t);
    event.person = state.acknowledged_by;
    out.push_back(std::move(event));
    begin(state, *roster_->find(state.page.schedule), t, out);
    return;
  }
  const std::string why =
      format("{}{}{}", tier_of(state).name, kNotAcknowledged, format_duration(tier_of(state).escalation_delay));
  if (next_tier(state, why, t, out)) call(state, t, out);
}

std::vector<PageState>::iterator Escalation::state_of(std::string_view page) {
  return std::ranges::find_if(pages_, [&](const PageState& each) { return each.page.id == page; });
}

const PageState* Escalation::find(std::string_view page) const {
  const auto found = std::ranges::find_if(pages_, [&](const PageState& each) { return each.page.id == page; });
  return found == pages_.end() ? nullptr : &*found;
}

Time Escalation::next_due() const {
  Time due = Time::max();
  for (const PageState& each : pages_) due = std::min(due, each.due);
  return due;
}

std::vector<PageEvent> Escalation::advance(Time now) {
  std::vector<PageEvent> out;
  for (;;) {
    // Of equal times the page that started first.
    const auto next = std::ranges::min_element(pages_, {}, &PageState::due);
    if (next == pages_.end() || next->due > now || next->due == Time::max()) return out;
    step(*next, out);
  }
}

std::vector<PageEvent> Escalation::start(const Page& page) {
  std::vector<PageEvent> out = advance(page.at);
  if (find(page.id) != nullptr) return out;
  const Schedule* schedule = roster_->find(page.schedule);
  assert(schedule != nullptr);
  pages_.push_back({.page = page, .schedule = page.schedule});
  begin(pages_.back(), *schedule, page.at, out);
  return out;
}

std::vector<PageEvent> Escalation::acknowledge(std::string_view page, std::string_view person, Time t) {
  std::vector<PageEvent> out = advance(t);
  const auto state = state_of(page);
  if (state == pages_.end()) return out;
  state->stage = Stage::acknowledged;
  state->acknowledged_by = person;
  // Its own schedule says how long that holds, wherever the walk has led.
  const auto& timeout = roster_->find(state->page.schedule)->acknowledge_timeout;
  state->due = timeout ? t + *timeout : Time::max();
  PageEvent event = told(*state, Kind::acknowledged, t);
  event.person = person;
  // Others may have been called since: whoever takes it does so as what they are.
  if (person != state->paged) take_own_tier(*state, event);
  out.push_back(std::move(event));
  return out;
}

// As what the person of the event is on call: by the schedule of the walk, else by the page's own.
void Escalation::take_own_tier(const PageState& state, PageEvent& event) const {
  for (const std::string& name : {state.schedule, state.page.schedule}) {
    const Schedule* schedule = roster_->find(name);
    const auto own =
        std::ranges::find_if(schedule->tiers, [&](const Tier& each) { return each.on_call(event.t) == event.person; });
    if (own == schedule->tiers.end()) continue;
    event.schedule = schedule->name;
    event.tier = own->name;
    return;
  }
}

std::vector<PageEvent> Escalation::escalate(std::string_view page, std::string_view tier, std::string_view by, Time t) {
  std::vector<PageEvent> out = advance(t);
  const auto state = state_of(page);
  if (state == pages_.end()) return out;
  const std::vector<Tier>& tiers = schedule_of(*state).tiers;
  const auto found = std::ranges::find(tiers, tier, &Tier::name);
  if (found == tiers.end()) return out;
  state->stage = Stage::paging;
  state->level = static_cast<std::size_t>(found - tiers.begin());
  PageEvent event = told(*state, Kind::escalated, t);
  event.reason = format("{} hands it on", by);
  out.push_back(std::move(event));
  call(*state, t, out);
  return out;
}

std::vector<PageEvent> Escalation::end(std::string_view page, std::string_view reason, Time t) {
  std::vector<PageEvent> out = advance(t);
  const auto state = state_of(page);
  if (state == pages_.end()) return out;
  PageEvent event = told(*state, Kind::ended, t);
  event.reason = reason;
  out.push_back(std::move(event));
  pages_.erase(state);
  return out;
}

}  // namespace firedrill::oncall
