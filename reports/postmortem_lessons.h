// What a postmortem's draft says went well and went wrong, and what is to be done, as far as the record knows.
#pragma once

#include <string>
#include <vector>

#include "record/severity.h"

namespace firedrill::record {
struct IncidentRecord;
struct Record;
}  // namespace firedrill::record

namespace firedrill::reports {

// Expectations that speak of none of the incidents are told in the first draft alone.
struct Lessons {
  std::vector<std::string> well;  // what was met
  std::vector<std::string>
      wrong;  // what was not met or could not be judged, what came late, who did not answer, what did not help
  struct Action {
    record::SeverityLevel priority;
    std::string what;
  };
  std::vector<Action> actions;
};
Lessons lessons_of(const record::Record& record, const record::IncidentRecord& incident, bool first);

}  // namespace firedrill::reports
