// Who answers pages in a run, and what they do then: plain values, checked where the scenario is read.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/fields.h"
#include "base/time.h"
#include "events/action.h"
#include "oncall/roster.h"

namespace firedrill::oncall {

// How long somebody takes to acknowledge of whom nothing is said, and how long a step of a playbook takes. Invented:
// nobody has published how long it takes.
DistributionSpec usual_acknowledgement();  // lognormal, half within two minutes, nine of ten within five
inline constexpr Duration kUsualStep = 3min;
// Likewise: how long somebody who has done what helped waits for the alerts to be over, before the next step.
inline constexpr Duration kPatience = 15min;

// Likewise: how long somebody who has acknowledged takes for the first post, and how long after all is over the last
// one comes.
inline constexpr Duration kUsualFirstPost = 3min;
inline constexpr Duration kUsualLastPost = 2min;

// What somebody who has acknowledged tells others of it.
struct Talk {
  bool inside = true;
  bool outside = true;
  Duration first = kUsualFirstPost;  // since the acknowledgement
  std::optional<Duration> every{};   // instead of the cadence that is asked
  Duration last = kUsualLastPost;    // since the last of the pages was over
  bool operator==(const Talk&) const = default;
};

// Somebody hears no page from one time to another, counted from the end of the warm-up.
struct Absence {
  Duration from{};
  Duration to{};
  std::string why{};  // asleep, away
  bool operator==(const Absence&) const = default;
};

// What somebody does so long after having acknowledged for the first time, whatever has become of the page.
struct ScriptedAction {
  Duration after{};
  events::Action action{};  // when and by whom is known in the run
  Position where{};
  bool operator==(const ScriptedAction& other) const { return after == other.after && action == other.action; }
};

struct Responder {
  std::string person{};
  DistributionSpec acknowledge = usual_acknowledgement();
  std::vector<Absence> absences{};
  // Else further pages wait until those that were acknowledged are over.
  bool acknowledges_while_busy = true;
  std::vector<ScriptedAction> actions{};
  bool follows_playbooks = false;
  Duration step = kUsualStep;  // of a playbook: from one to the next
  Talk talk{};
};

// What a playbook comes to in this production.
struct PlannedEscalation {
  Duration after{};    // since acknowledgement, if the page goes on
  bool pages = false;  // a schedule; else a tier of the page's own
  std::string who{};
  bool operator==(const PlannedEscalation&) const = default;
};
struct PlannedStep {
  events::Action action{};
  // The same is done to another service, below the same heading: nobody waits to see what the one before it came to.
  bool with_last = false;
  Position where{};  // in the playbook
};
struct Plan {
  std::string playbook{};
  std::vector<PlannedStep> steps{};
  std::vector<PlannedEscalation> escalations{};
  Cadence4 cadence{};  // of updates; of severities of which it says nothing: none
};

// All of it; a run does not change it.
struct Team {
  Roster roster;
  std::vector<Responder> responders{};                                      // of who is not among them all is as usual
  std::map<std::string, std::shared_ptr<const Plan>, std::less<>> plans{};  // by alert

  Responder of(std::string_view person) const;
};

}  // namespace firedrill::oncall
