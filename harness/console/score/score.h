// What a drill came to, from evidence: a line for each thing that matters, each with its reason and its place in the
// timeline. Beside it the run in which nobody acts, and the best response that is known.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/json.h"
#include "console/drill/drill.h"
#include "console/game.h"
#include "console/worked.h"
#include "record/people/drill.h"

namespace firedrill::console {

using record::ScoreLine;  // of score_aspects(), and of hints

struct Score {
  std::vector<ScoreLine> lines{};
  double points = 0;
  double most = 0;
  // For tables: what was found and done.
  bool cause_found = false;
  bool mitigated = false;    // all was well again by the end, and would not have been, or not so soon
  bool quiet = false;        // nothing was wrong
  bool false_alarm = false;  // something was, as they said: a cause, an action, a severity worse than P3
  std::optional<Duration> acknowledged_after{};
  std::optional<Duration> mitigated_after{};  // since it broke
  double lost = 0;                            // requests
  double lost_by_nobody = 0;                  // where nobody acts
  std::optional<double> lost_at_best{};
};

struct AspectSpec {
  std::string_view name;
  double most;
  std::string_view doc;
};
std::span<const AspectSpec> score_aspects();

Score score_of(const Worked& worked, const Yardstick& yardstick, const Drill& drill);

// What the score says becomes the verdict of the drill's record.
void put_into(record::Record& record, const Score& score);

// The incident that the drill is about: of its own, or where there is none of those that were let happen, the one that
// broke most; null: none did.
const record::IncidentRecord* incident_of(const record::Record& record);
// At the worst of all incidents; nothing: none ever opened.
std::optional<record::SeverityLevel> worst_severity(const record::Record& record);
// What whoever runs the drill let happen on this line and did begin, the first first. They are of `worked`.
std::vector<const record::FaultRecord*> injected_in(const Worked& worked);

}  // namespace firedrill::console
