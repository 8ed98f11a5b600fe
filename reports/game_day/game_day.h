// The sheets of a game day: for who leads it everything that will happen, for who takes part nothing of that.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "reports/game_day/sheet.h"

namespace firedrill::record {
struct Record;
}

namespace firedrill::reports::game_day {

// What the record of a run does not hold.
struct Briefing {
  // Which actions remove a fault's cause; of those of no action nobody can mend it.
  struct Remedy {
    std::string fault;
    std::vector<std::string> actions;  // "failover postgres"
  };
  // The playbook to which an alert leads.
  struct Guide {
    std::string alert;
    std::string title;
    std::string file;
  };
  // A silence that is set beforehand, in times since the start of the drill.
  struct Silence {
    std::string matchers;
    std::string comment;
    Duration from{};
    std::optional<Duration> to{};
  };
  // What the facilitator sees to besides, in time since the start of the drill: who does not answer, whose shift
  // begins.
  struct Cue {
    Duration at{};
    std::string what;
    std::string note;
  };
  std::vector<Remedy> remedies{};
  std::vector<Guide> guides{};
  std::vector<Silence> silences{};
  std::vector<Cue> cues{};
};

// Aims, roles, injects with their times, what was seen of them in the run that was recorded, questions, when to stop
// and how to go back.
Sheet facilitator_sheet(const record::Record& record, const Briefing& briefing);
// Times, the system, its objectives, roles and rules. It says nothing that the scenario has in store: neither its name
// nor its summary, no fault, no alert and no expectation.
Sheet participants_sheet(const record::Record& record);

}  // namespace firedrill::reports::game_day
