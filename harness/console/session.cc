#include "console/session.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "base/duration.h"
#include "base/text/format.h"
#include "console/sight.h"
#include "console/trainee.h"
#include "driver/people/on_call_desk.h"
#include "events/action.h"
#include "fake_services/actions/action_table.h"
#include "oncall/escalation/escalation.h"

namespace firedrill::console {
namespace {

// Queries look back over the whole drill and what was before it.
constexpr Duration kLookBack = std::chrono::hours(6);
// What the team calls what it works on: its posts are about one incident.
constexpr const char* kIncident = "inc-1";

std::unexpected<Refusal> refuse(std::string what, std::string remedy) {
  return std::unexpected(Refusal{std::move(what), std::move(remedy)});
}

std::vector<std::size_t> entry_points(const scenario::LoadedScenario& scenario) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < scenario.topology.services.size(); ++i) {
    if (scenario.topology.services[i].traffic) out.push_back(i);
  }
  return out;
}

driver::OnCallDesk::Hand hand_of(const Session::Trainee& who, std::string page) {
  return {.person = who.person, .role = who.role, .page = std::move(page)};
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace

Session::Session(std::shared_ptr<const scenario::LoadedScenario> scenario, const Options& options)
    : scenario_(std::move(scenario)) {
  const scenario::Scenario& says = scenario_->scenario;
  sight_ = std::make_unique<Sight>(says.start + says.warmup, entry_points(*scenario_));
  driver::RunOptions run{.seed = options.seed,
                         .keep = options.records ? driver::Keep::needed : driver::Keep::none,
                         .logs = true,
                         .reach = kLookBack,
                         .command = options.command,
                         .drill = options.drill};
  run_ = std::make_unique<driver::Run>(*scenario_, std::move(run), driver::Listeners{sight_.get()});
  run_->advance_to(start());
}

Session::Session(const Session& other)
    : scenario_(other.scenario_),
      declared_(other.declared_),
      sight_(std::make_unique<Sight>(*other.sight_)),
      run_(std::make_unique<driver::Run>(*other.run_, driver::Listeners{sight_.get()})) {}

Session::Session(const Session& other, Unwatched)
    : scenario_(other.scenario_),
      watched_(false),
      sight_(std::make_unique<Sight>(*other.sight_)),
      run_(std::make_unique<driver::Run>(*other.run_, driver::Listeners{sight_.get()}, driver::Run::Unwatched{})) {}

Session::~Session() = default;

Time Session::start() const {
  return scenario_->scenario.start + scenario_->scenario.warmup;
}
Time Session::now() const {
  return run_->now();
}
Time Session::end() const {
  return run_->end();
}
bool Session::over() const {
  return run_->finished();
}

void Session::advance_to(Time t) {
  if (t > now()) run_->advance_to(t);
}

void Session::advance_to_news(Time until) {
  const Time last = std::min(until, end());
  const std::size_t known = sight_->news().size();
  while (now() < last && sight_->news().size() == known && !over()) run_->advance_to(std::min(last, now() + 15s));
}

Session::Trainee Session::trainee() const {
  const oncall::Schedule& schedule = trainee_schedule(*scenario_);
  const oncall::Tier& tier = schedule.tiers.front();
  return {.person = tier.on_call(now()), .role = tier.name, .schedule = schedule.name};
}

Answered<Page> Session::open_page(int number) const {
  const std::vector<Page> all = pages();
  const auto found = std::ranges::find(all, number, &Page::number);
  if (found == all.end()) {
    return refuse(format("there is no page {}", number),
                  all.empty() ? "nobody has been paged yet" : "`pages` lists those that there are");
  }
  if (found->state == Page::State::over) {
    return refuse(format("page {} is over: nothing of it fires any more", number), "`pages` says which go on");
  }
  return *found;
}

// The page that the trainee works on: the first that goes on, those that somebody has acknowledged before others.
std::string Session::working_page() const {
  std::string open;
  for (const Page& page : pages()) {
    if (page.state == Page::State::over) continue;
    if (page.state == Page::State::acknowledged) return page.key;
    if (open.empty()) open = page.key;
  }
  return open;
}

Done Session::acknowledge(int page) {
  const auto open = open_page(page);
  if (!open) return std::unexpected(open.error());
  const Trainee who = trainee();
  run_->by_hand()->acknowledge(hand_of(who, open->key), now());
  return format("page {} is acknowledged: {}", page, joined(open->alerts));
}

Done Session::escalate(int page, std::string_view tier) {
  const auto open = open_page(page);
  if (!open) return std::unexpected(open.error());
  const oncall::Schedule* schedule = scenario_->team->roster.find(open->schedule);
  std::vector<std::string> tiers;
  if (schedule != nullptr) {
    for (const oncall::Tier& each : schedule->tiers) tiers.push_back(each.name);
  }
  if (std::ranges::find(tiers, tier) == tiers.end()) {
    return refuse(format("the schedule of page {} has no tier '{}'", page, tier), suggest(tier, tiers));
  }
  const Trainee who = trainee();
  run_->by_hand()->escalate(hand_of(who, open->key), std::string(tier), now());
  return format("page {} is escalated to {}", page, tier);
}

Done Session::hand_over(int page, std::string_view team) {
  const auto open = open_page(page);
  if (!open) return std::unexpected(open.error());
  const oncall::Roster& roster = scenario_->team->roster;
  const oncall::Schedule* schedule = roster.of_team(team);
  if (schedule == nullptr) schedule = roster.find(team);
  if (schedule == nullptr) {
    std::vector<std::string> teams;
    for (const oncall::Schedule& each : roster.schedules) teams.push_back(each.team);
    return refuse(format("there is no team '{}'", team), suggest(team, teams));
  }
  if (schedule->name == open->schedule) {
    return refuse(format("page {} is with {} already", page, schedule->name), "`escalate` calls another tier of it");
  }
  const Trainee who = trainee();
  run_->by_hand()->page(hand_of(who, open->key), schedule->name, now());
  return format("{} is paged about page {}", schedule->name, page);
}

Done Session::declare(record::SeverityLevel severity) {
  events::Action action{.t = now(), .kind = events::ActionKind::declare, .subject = std::string(to_string(severity))};
  const Trainee who = trainee();
  const auto done = run_->by_hand()->act(hand_of(who, working_page()), action, now());
  if (!done) return refuse(done.error(), "");
  declared_ = severity;
  return format("declared as {}: {}", to_string(severity), record::describe(severity));
}

Done Session::explain(const events::Action& action) const {
  const fake_services::ActionSpec* spec = fake_services::find_action(action.kind);
  if (spec == nullptr) return refuse("that is nothing that people do", "`actions` lists what there is");
  const auto arguments = fake_services::read_arguments(*spec, action.arguments.value_or(events::Arguments{}));
  if (!arguments && action.kind != events::ActionKind::scale) {
    return refuse(arguments.error().front().what, arguments.error().front().remedy);
  }
  const Fields fields = fake_services::arguments_of(*spec, action);
  if (const auto wrong = fake_services::misfit(*spec, action.subject, fields, scenario_->topology)) {
    return refuse(wrong->what, wrong->remedy);
  }
  std::string text = format("{}: {}", events::describe(action), spec->summary);
  if (spec->takes > Duration(0))
    text += format("; it takes {} until it has its effect", describe_duration(spec->takes));
  return text;
}

Done Session::act(const events::Action& action) {
  if (auto can = explain(action); !can) return can;
  const Trainee who = trainee();
  const auto done = run_->by_hand()->act(hand_of(who, working_page()), action, now());
  if (!done) return refuse(done.error(), "");
  const fake_services::ActionSpec& spec = *fake_services::find_action(action.kind);
  if (spec.symptom != nullptr) sight_->add({.at = now(), .what = events::describe(action)});
  return format("begun: {}", events::describe(action));
}

Answered<std::string> Session::add_silence(const notify::Silence& silence) {
  notify::Alertmanager* manager = run_->alertmanager();
  if (manager == nullptr) return refuse("there is no Alertmanager that answers", "without one nothing can be silenced");
  if (notify::asks_for_nothing(silence.matchers)) {
    return refuse("at least one matcher must not match the empty string", "name a label that the alerts have");
  }
  if (silence.ends_at <= silence.starts_at) return refuse("end time must not be before start time", "give it longer");
  if (silence.ends_at <= now()) return refuse("end time can't be in the past", "give it longer");
  notify::Silence set = silence;
  set.id.clear();
  set.starts_at = std::max(set.starts_at, now());
  set.updated_at = now();
  if (set.created_by.empty()) set.created_by = trainee().role;
  return manager->add_silence(std::move(set));
}

Done Session::expire_silence(std::string_view id) {
  notify::Alertmanager* manager = run_->alertmanager();
  if (manager == nullptr) return refuse("there is no Alertmanager that answers", "without one nothing is silenced");
  if (!manager->expire_silence(id, now())) return refuse(format("there is no silence {}", id), "`silences` lists them");
  return format("silence {} is over", id);
}

Done Session::post(std::string_view channel, record::PostStatus status, std::string_view text) {
  if (channel != record::kInternal && channel != record::kExternal) {
    return refuse(format("there is no channel '{}'", channel), "internal, or external: the status page");
  }
  if (text.empty()) return refuse("a post says something", "add its text");
  const std::vector<Page> all = pages();
  std::vector<std::string> alerts;
  for (const Page& page : all) {
    for (const std::string& name : page.alerts) {
      if (std::ranges::find(alerts, name) == alerts.end()) alerts.push_back(name);
    }
  }
  const Trainee who = trainee();
  driver::OnCallDesk* desk = run_->by_hand();
  desk->post(hand_of(who, working_page()),
             {.channel = std::string(channel),
              .status = status,
              .severity = declared_.value_or(measured_severity()),
              .incident = kIncident,
              .since = all.empty() ? now() : all.front().at,
              .alerts = joined(alerts),
              .text = oncall::at_most(std::string(text), oncall::kLongestBody)},
             now());
  return format("posted ({})", channel);
}

Done Session::note(std::string_view text) {
  if (text.empty()) return refuse("a note says something", "add its text");
  const Trainee who = trainee();
  run_->by_hand()->note(hand_of(who, {}), "the drill", std::string(text), now());
  sight_->add_note({now(), who.role, "note", {}, std::string(text)});
  return "noted";
}

Done Session::interfere(events::ActionKind kind, std::string_view fault) {
  const events::Action action{.t = now(), .kind = kind, .subject = std::string(fault), .by = "the facilitator"};
  const auto done = run_->apply(action);
  if (!done) return refuse(done.error(), "");
  run_->settle();  // whoever has let it happen sees that it does
  return events::describe(action);
}

std::vector<fake_services::FaultState> Session::faults() const {
  return run_->inside().world.faults();
}

Done Session::hear(std::string_view role, std::string_view text) {
  if (role.empty() || text.empty()) return refuse("a message has somebody who says it and a text", "support: …");
  sight_->hear({now(), std::string(role), "message", {}, std::string(text)});
  return format("{} has said so", role);
}

driver::Finished Session::finish() {
  run_->advance_to(end());
  return run_->finish();
}

Session::Requests Session::requests() const {
  return {.all = sight_->requests(), .lost = sight_->lost()};
}

std::vector<Time> Session::lapses() const {
  using Kind = oncall::PageEvent::Kind;
  const Trainee who = trainee();
  std::map<std::string, const oncall::PageEvent*, std::less<>> called;  // of each page, whose turn it is
  std::vector<Time> out;
  for (const oncall::PageEvent& event : run_->inside().desk->page_events()) {
    if (event.kind == Kind::paged) called[event.page] = &event;
    const auto last = called.find(event.page);
    if (event.kind != Kind::escalated || last == called.end()) continue;
    const oncall::PageEvent& was = *last->second;
    const bool own = was.schedule == who.schedule && was.tier == who.role;
    if (own && event.reason.contains(oncall::kNotAcknowledged)) out.push_back(event.t);
  }
  return out;
}

record::SeverityLevel Session::measured_severity() const {
  return run_->inside().desk->measured_severity();
}

}  // namespace firedrill::console
