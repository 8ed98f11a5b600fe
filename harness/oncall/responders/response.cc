#include "oncall/responders/response.h"

#include <algorithm>
#include <span>

#include "base/maths.h"
#include "base/text/format.h"

namespace firedrill::oncall {
namespace {

// Quantiles of the standard normal distribution.
constexpr double kNormal90 = 1.2815515655446004;
constexpr double kNormal99 = 2.3263478740408408;

std::string name_of(const events::Action& action) {
  return format("{} {}", events::to_string(action.kind), action.subject);
}

double sigma_of(const DistributionSpec& time) {
  const double p50 = to_seconds(time.p50);
  if (time.p90 > time.p50) return maths::log(to_seconds(time.p90) / p50) / kNormal90;
  if (time.p99 > time.p50) return maths::log(to_seconds(time.p99) / p50) / kNormal99;
  return 0;
}

Duration drawn(const DistributionSpec& time, RandomStream& chance) {
  const double p50 = to_seconds(time.p50);
  if (time.distribution == "exponential") {
    const double mean = time.mean > Duration(0) ? to_seconds(time.mean) : p50 / maths::log(2);
    return from_seconds(chance.exponential(mean));
  }
  if (time.distribution == "lognormal" && p50 > 0) {
    return from_seconds(chance.lognormal(maths::log(p50), sigma_of(time)));
  }
  return time.p50 > Duration(0) ? time.p50 : time.mean;
}

}  // namespace

Response::Response(std::shared_ptr<const Team> team, std::uint64_t seed, Time origin)
    : team_(std::move(team)), origin_(origin), seed_(seed) {}

Duration Response::draw(const DistributionSpec& time, std::string_view person) {
  auto stream = std::ranges::find_if(chance_, [&](const auto& each) { return each.first == person; });
  if (stream == chance_.end()) {
    chance_.emplace_back(person, RandomStream(seed_, format("oncall/{}", person)));
    stream = std::prev(chance_.end());
  }
  return drawn(time, stream->second);
}

bool Response::is_busy(std::string_view person) const {
  return std::ranges::any_of(holding_, [&](const auto& each) { return each.first == person; });
}

// When they acknowledge who have been called at t: after a time from when they hear it.
void Response::plan_call(Call& call, Time t) {
  const Responder responder = team_->of(call.person);
  Time heard = t;
  for (const Absence& each : responder.absences) {
    if (origin_ + each.from <= heard && heard < origin_ + each.to) heard = origin_ + each.to;
  }
  call.due = heard + draw(responder.acknowledge, call.person);
}

void Response::paged(std::string_view page, std::string_view role, std::string_view person, Time t) {
  std::erase_if(calls_, [&](const Call& each) { return each.page == page && each.person == person; });
  Call call{.page = std::string(page), .person = std::string(person), .role = std::string(role)};
  const bool holds_it = holding_.contains({call.person, call.page});
  if (team_->of(person).acknowledges_while_busy || holds_it || !is_busy(person)) plan_call(call, t);
  calls_.push_back(std::move(call));
}

void Response::acknowledged(const Deed& deed, std::shared_ptr<const Plan> plan) {
  const bool first = holding_.insert({deed.person, deed.page}).second;
  begin_script(deed);
  if (first) begin_work(deed, std::move(plan));
}

void Response::begin_script(const Deed& deed) {
  const Responder responder = team_->of(deed.person);
  if (responder.actions.empty() || !scripts_begun_.insert(deed.person).second) return;
  for (const ScriptedAction& each : responder.actions) {
    Deed later = deed;
    later.kind = Deed::Kind::act;
    later.t = deed.t + each.after;
    later.action = each.action;
    later_.push_back({std::move(later), false});
  }
  std::ranges::stable_sort(later_, {}, [](const Later& each) { return each.deed.t; });
}

// Of one playbook there is one who follows it, and nobody follows two at once.
void Response::begin_work(const Deed& deed, std::shared_ptr<const Plan> plan) {
  const Responder responder = team_->of(deed.person);
  if (plan == nullptr || !responder.follows_playbooks) return;
  const bool followed =
      std::ranges::any_of(works_, [&](const Work& each) { return each.plan->playbook == plan->playbook; });
  if (followed) return;
  for (const PlannedEscalation& each : plan->escalations) {
    Deed later = deed;
    later.kind = each.pages ? Deed::Kind::page : Deed::Kind::escalate;
    later.t = deed.t + each.after;
    later.who = each.who;
    later.playbook = plan->playbook;
    later_.push_back({std::move(later), true});
  }
  std::ranges::stable_sort(later_, {}, [](const Later& each) { return each.deed.t; });
  Work work{.page = deed.page, .person = deed.person, .role = deed.role, .plan = std::move(plan)};
  const bool occupied = std::ranges::any_of(works_, [&](const Work& each) { return each.person == deed.person; });
  if (!occupied) work.due = deed.t + responder.step;
  works_.push_back(std::move(work));
}

void Response::go_on(Work& work, Time t) {
  work.awaited.clear();
  work.helped = false;
  work.due = t + team_->of(work.person).step;
}

// The next step belongs to the one that was taken last.
bool Response::goes_on_at_once(const Work& work) {
  return work.step < work.plan->steps.size() && work.plan->steps[work.step].with_last;
}

// What one of the actions that were taken together came to; with the last of them it is known of all.
void Response::take_note(Work& work, bool helped, Time t) {
  work.helped = work.helped || helped;
  if (!work.awaited.empty() || goes_on_at_once(work)) return;
  const bool better = work.helped;
  go_on(work, t);
  if (better) work.due = t + kPatience;
}

Response::Work* Response::work_of(const Deed& deed) {
  const auto found = std::ranges::find_if(works_, [&](const Work& each) {
    return each.page == deed.page && each.person == deed.person && each.plan->playbook == deed.playbook;
  });
  return found == works_.end() ? nullptr : &*found;
}

void Response::refused(const Deed& deed) {
  Work* work = deed.playbook.empty() ? nullptr : work_of(deed);
  if (work == nullptr) return;
  std::erase(work->awaited, name_of(deed.action));
  take_note(*work, false, deed.t);
}

void Response::done(const Deed& deed) {
  refused(deed);
}

void Response::seen(std::string_view action, bool helped, Time t) {
  for (Work& each : works_) {
    if (std::erase(each.awaited, action) > 0) take_note(each, helped, t);
  }
}

// What was set for as long as it lasted is set once more by a later step: a limit that is lifted, replicas that go.
void Response::put_back(const Work& work, Time t) {
  const auto& steps = work.plan->steps;
  const auto taken = std::span(steps).first(work.step);
  Time at = t;
  for (std::size_t i = work.step; i < steps.size(); ++i) {
    const events::Action& action = steps[i].action;
    if (std::ranges::none_of(taken, [&](const PlannedStep& each) { return name_of(each.action) == name_of(action); })) {
      continue;
    }
    at += team_->of(work.person).step;
    later_.push_back({{.t = at,
                       .kind = Deed::Kind::act,
                       .page = work.page,
                       .person = work.person,
                       .role = work.role,
                       .action = action,
                       .who = {},
                       .playbook = work.plan->playbook},
                      false});
  }
  std::ranges::stable_sort(later_, {}, [](const Later& each) { return each.deed.t; });
}

void Response::over(std::string_view page, Time t) {
  for (const Work& each : works_) {
    if (each.page == page) put_back(each, t);
  }
  std::erase_if(calls_, [&](const Call& each) { return each.page == page; });
  std::erase_if(later_, [&](const Later& each) { return each.of_page && each.deed.page == page; });
  std::erase_if(works_, [&](const Work& each) { return each.page == page; });
  std::erase_if(holding_, [&](const auto& each) { return each.second == page; });
  for (Call& each : calls_) {
    if (each.due == Time::max() && !is_busy(each.person)) plan_call(each, t);
  }
  take_up(t);
}

// Who has nothing else to do takes up what waits.
void Response::take_up(Time t) {
  for (Work& each : works_) {
    const bool waits = each.due == Time::max() && each.awaited.empty();
    const bool occupied = std::ranges::any_of(works_, [&](const Work& other) {
      return &other != &each && other.person == each.person && (other.due != Time::max() || !other.awaited.empty());
    });
    if (waits && !occupied) each.due = t + team_->of(each.person).step;
  }
}

Time Response::next_due() const {
  Time due = Time::max();
  for (const Call& each : calls_) due = std::min(due, each.due);
  for (const Work& each : works_) due = std::min(due, each.due);
  for (const Later& each : later_) due = std::min(due, each.deed.t);
  return due;
}

// The next step; behind the last one there is none, and nothing is done any more.
Deed Response::deed_of(Work& work) {
  Deed deed{.t = work.due,
            .kind = Deed::Kind::give_up,
            .page = work.page,
            .person = work.person,
            .role = work.role,
            .action = {},
            .who = {},
            .playbook = work.plan->playbook};
  work.due = Time::max();
  if (work.step == work.plan->steps.size()) {
    const std::string page = work.page, playbook = deed.playbook;
    std::erase_if(works_, [&](const Work& each) { return each.page == page && each.plan->playbook == playbook; });
    take_up(deed.t);
    return deed;
  }
  deed.kind = Deed::Kind::act;
  deed.action = work.plan->steps[work.step++].action;
  work.awaited.push_back(name_of(deed.action));
  if (goes_on_at_once(work)) work.due = deed.t + team_->of(work.person).step;
  return deed;
}

std::optional<Deed> Response::next(Time now) {
  const Time due = next_due();
  if (due > now || due == Time::max()) return std::nullopt;
  const auto call = std::ranges::find(calls_, due, &Call::due);
  if (call != calls_.end()) {
    Deed deed{.t = due, .page = call->page, .person = call->person, .role = call->role};
    calls_.erase(call);
    return deed;
  }
  const auto later = std::ranges::find_if(later_, [&](const Later& each) { return each.deed.t == due; });
  if (later != later_.end()) {
    Deed deed = std::move(later->deed);
    later_.erase(later);
    return deed;
  }
  return deed_of(*std::ranges::find(works_, due, &Work::due));
}

}  // namespace firedrill::oncall
