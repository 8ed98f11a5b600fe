// The on-call file: `schedule:` (or `schedules:`, a list) with its tiers, `receivers:`, `response_targets:`.
#pragma once

#include <optional>

#include "oncall/roster.h"
#include "yaml/form.h"

namespace firedrill::oncall {

extern const yaml::FileForm kRosterForm;
// Nothing if there is an error, which is told; what is sound otherwise may be warned of by roster_lints.h.
std::optional<Roster> decode_roster(const yaml::Document& document, Diagnostics& diagnostics);

}  // namespace firedrill::oncall
