// What whoever runs a drill does to it, in lines of text: lets faults happen and ends them, says something in a role,
// marks something for the debriefing.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "console/answer.h"
#include "console/session.h"

namespace firedrill::console {

// What the names of faults begin with that are there for whoever runs a drill, and begin never by themselves:
// "inject-hang-web", "inject-hang.2-web", … are one, for as many times. The number stands behind the kind, which has
// neither '-' nor '.' in it, so that no service's name makes two of them the same.
inline constexpr std::string_view kInject = "inject-";
// The name of the same for another time, from 1 on: that of the first is `name`.
std::string inject_for_time(std::string_view name, std::size_t time);

// Whether `inject` lets one of that name happen now: it is declared, is not on, and has not been as often as it can be.
bool can_happen(const Session& session, std::string_view inject);

// As whom a message is said, in characters.
inline constexpr std::size_t kLongestRole = 60;

// `inject FAULT` and `end FAULT` of those that the scenario declares, `message ROLE: TEXT`, `mark TEXT`.
Answer interfere(Session& session, std::string_view line);

// What was let happen on a line of the drill, for the lines that it is held against: there it happens at the same
// times, so that nobody is blamed for it, or praised.
class LetHappen {
 public:
  LetHappen() = default;
  explicit LetHappen(std::span<const Step> steps);
  // The same happens at the same times.
  bool operator==(const LetHappen& other) const;
  // Whether something happens by then.
  bool begins_by(Time t) const { return !steps_.empty() && steps_.front().at <= t; }
  // Whether a fault begins, and lasts: one that is ended at the instant at which it begins is as none.
  bool begins_something() const;

  // Time goes on, and what is due happens. `done` is how much of it has happened in that session.
  void go_on(Session& session, std::size_t& done, Time until) const;
  // No longer than to what is new to the trainee, or happens next.
  void go_on_to_news(Session& session, std::size_t& done) const;

 private:
  void let_due_happen(Session& session, std::size_t& done) const;

  std::vector<Step> steps_;
};

}  // namespace firedrill::console
