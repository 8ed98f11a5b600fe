// How the response to an incident was, apart from whether the scenario's expectations were met: a drill passes that
// expects to be detected late, and was late all the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "incident/measures/targets.h"
#include "reports/words.h"

namespace firedrill::reports {

enum class Standing {
  none,  // nothing to hold it against
  good,  // in time
  late,
  bad,  // alarmingly late, or it did not happen
};
// A sign of its own for each, and a class of the style sheet.
std::string_view sign_of(Standing standing);
std::string_view css_of(Standing standing);

// A time against its targets.
struct TimeStanding {
  Standing standing = Standing::none;                     // the worse of the two below
  std::optional<incident::DefaultTarget> default_target;  // that holds for every run
  Target expected;                                        // that the scenario states
  std::string state;                                      // "in time", "late", "alarmingly late", "nobody was paged"
  std::string wanted() const;                             // "< 5 m; expected: at most 3 m"; empty: there is none
  std::string target() const;                             // the same as "target < 5 m; ..."
};
TimeStanding standing_of(const record::Record& record, const record::IncidentRecord& incident,
                         std::string_view measure);

struct Response {
  Standing standing = Standing::none;
  std::string words;  // "detected late, after 48 m (target < 5 m)"; empty where standing is none
};
Response response_of(const record::Record& record, const record::IncidentRecord& incident);
// Of all incidents: the worst standing.
Response response_of(const record::Record& record);
// "Response in time", "Response late", "Response poor"; empty of none.
std::string_view response_word(Standing standing);

}  // namespace firedrill::reports
