#include "console/facilitator.h"

#include <algorithm>
#include <iterator>

#include "base/text/ascii.h"
#include "base/text/format.h"
#include "console/line/turn.h"

namespace firedrill::console {
namespace {

bool is_declared(const Session& session, std::string_view name) {
  const auto& declared = session.scenario().faults;
  return std::ranges::find(declared, name, &fake_services::FaultSpec::id) != declared.end();
}

// Which of the faults that share a name is meant: that which began last, or, where that is over and one is to begin,
// the next; empty: one is to begin, and all of them are over.
std::string one_of_them(const Session& session, std::string_view name, bool begins) {
  if (!name.starts_with(kInject)) return std::string(name);
  const std::vector<fake_services::FaultState> states = session.faults();
  std::string last(name);
  for (std::size_t number = 1;; ++number) {
    std::string one = inject_for_time(name, number);
    if (!is_declared(session, one)) return begins && number > 1 ? std::string() : last;
    const auto state = std::ranges::find(states, one, &fake_services::FaultState::id);
    if (state == states.end()) return begins ? one : last;
    last = std::move(one);
    if (!state->ended) return last;
  }
}

Answer begin_or_end(Session& session, events::ActionKind kind, std::string_view fault) {
  const std::string one = one_of_them(session, fault, kind == events::ActionKind::begin_fault);
  if (one.empty() && !fault.empty()) {
    return refused(format("'{}' has been let happen as often as it can be in a drill", fault.substr(kInject.size())),
                   "choose another kind, or another service");
  }
  if (one.starts_with(kInject) && !is_declared(session, one)) {
    return refused(format("'{}' cannot be let happen: the kind does not fit that service", one.substr(kInject.size())),
                   "choose another kind, or another service");
  }
  Done done = session.interfere(kind, one);
  if (!done && done.error().remedy.empty()) {
    done.error().remedy = "`inject` one that is listed and is not on, `end` one that is";
  }
  return answer_of(done);
}

// Who says it is neither the trainee, nor so long that nobody reads it.
Answer say_as(Session& session, std::string_view role, std::string_view words) {
  // A character's first byte is none of those that go on with one.
  const auto characters = std::ranges::count_if(role, [](char each) { return (each & 0xC0) != 0x80; });
  if (static_cast<std::size_t>(characters) > kLongestRole) {
    return refused(format("as whom it is said has {} characters", characters),
                   format("name a role in 1 to {}, as in `message support: …`", kLongestRole));
  }
  const Session::Trainee trainee = session.trainee();
  for (const std::string_view own :
       {std::string_view("trainee"), std::string_view(trainee.role), std::string_view(trainee.person)}) {
    if (!ascii::same_word(role, own)) continue;
    return refused(format("'{}' is the trainee, who says nothing to themselves", role),
                   "say it as somebody else: `message support: …`");
  }
  return answer_of(session.hear(role, words));
}

std::string_view word_of(std::string_view line) {
  return take_word(line);
}

bool happens(const Step& step) {
  const std::string_view word = word_of(step.line);
  return !step.by.empty() && step.ok && (word == "inject" || word == "end");
}

}  // namespace

std::string inject_for_time(std::string_view name, std::size_t time) {
  if (time == 1) return std::string(name);
  const std::size_t kind_ends = std::min(name.find('-', kInject.size()), name.size());
  return format("{}.{}{}", name.substr(0, kind_ends), time, name.substr(kind_ends));
}

bool can_happen(const Session& session, std::string_view inject) {
  const std::string one = one_of_them(session, inject, true);
  if (one.empty() || !is_declared(session, one)) return false;
  const std::vector<fake_services::FaultState> begun = session.faults();
  return std::ranges::find(begun, one, &fake_services::FaultState::id) == begun.end();
}

Answer interfere(Session& session, std::string_view line) {
  std::string_view rest = line;
  const std::string_view word = take_word(rest);
  if (word == "inject") return begin_or_end(session, events::ActionKind::begin_fault, rest);
  if (word == "end") return begin_or_end(session, events::ActionKind::end_fault, rest);
  if (word == "message") {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const std::string_view words = colon < rest.size() ? trimmed(rest.substr(colon + 1)) : std::string_view();
    return say_as(session, trimmed(rest.substr(0, colon)), words);
  }
  if (word == "mark" && !rest.empty()) return said("marked\n");
  return refused(format("whoever runs a drill cannot say '{}'", line),
                 "inject FAULT, end FAULT, message ROLE: TEXT, mark TEXT");
}

LetHappen::LetHappen(std::span<const Step> steps) {
  std::ranges::copy_if(steps, std::back_inserter(steps_), happens);
}

bool LetHappen::operator==(const LetHappen& other) const {
  return std::ranges::equal(steps_, other.steps_,
                            [](const Step& a, const Step& b) { return a.at == b.at && a.line == b.line; });
}

bool LetHappen::begins_something() const {
  for (auto step = steps_.begin(); step != steps_.end(); ++step) {
    std::string_view fault = step->line;
    if (take_word(fault) != "inject") continue;
    const auto ends_it = [&](const Step& later) {
      return later.at == step->at && later.line == format("end {}", fault);
    };
    if (std::none_of(step, steps_.end(), ends_it)) return true;
  }
  return false;
}

void LetHappen::let_due_happen(Session& session, std::size_t& done) const {
  while (done < steps_.size() && steps_[done].at <= session.now()) interfere(session, steps_[done++].line);
}

void LetHappen::go_on(Session& session, std::size_t& done, Time until) const {
  while (done < steps_.size() && steps_[done].at <= until) {
    session.advance_to(steps_[done].at);
    let_due_happen(session, done);
  }
  session.advance_to(until);
}

void LetHappen::go_on_to_news(Session& session, std::size_t& done) const {
  session.advance_to_news(done < steps_.size() ? steps_[done].at : session.end());
  let_due_happen(session, done);
}

}  // namespace firedrill::console
