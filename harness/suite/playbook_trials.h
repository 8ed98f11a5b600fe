// Playbooks, tried: each against the scenarios whose alerts lead to it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bounds/budget.h"
#include "base/time.h"
#include "scenario/load.h"

namespace firedrill::suite {

// What following a playbook came to in one scenario. In this run nobody is told by an Alertmanager: each alert that
// leads to the playbook calls somebody at once who does nothing but follow it.
struct PlaybookTrial {
  enum class Outcome {
    ended,          // a step helped, and all was well sooner than without it
    prevented,      // a step helped, and nothing broke that breaks without it
    vain,           // steps were taken, and neither is so
    nothing_to_do,  // no step of it can be taken in this production
    not_called,     // no alert that leads to it fired
    nothing_broke,  // the incident of its alerts harmed nobody
    over_already,   // all was well by itself before the first step could be taken
  };
  struct Step {
    std::string action;          // "restart checkout"
    std::optional<bool> helped;  // nothing: the run ended before that was seen
    std::string why;             // what was measured
  };
  std::string playbook;
  std::string file;
  std::string scenario;
  Outcome outcome = Outcome::not_called;
  std::string incident{};
  std::vector<Step> steps{};
  std::optional<Duration> mitigated_after{};  // since it broke; nothing: not when the run ended
  std::optional<Duration> by_itself{};        // the same without anybody
  bool breaks_by_itself = false;              // without anybody something broke
};

// Whether a playbook does what it is for, by its trials. One alert has several causes, and no playbook helps against
// all of them: it is good when it ends or prevents one incident, and bad when it was followed and did that for none.
enum class PlaybookVerdict { good, bad, untried };
PlaybookVerdict verdict_of(std::span<const PlaybookTrial> trials);

// Of each playbook of the scenario to which one of its alerts leads, in their order.
std::vector<PlaybookTrial> try_playbooks(const scenario::LoadedScenario& scenario, std::uint64_t seed, Budget* budget);

// "ended the incident orders-fail 12 m after it broke, with fix_config checkout (without: not by the end of the run)".
std::string describe(const PlaybookTrial& trial);

}  // namespace firedrill::suite
