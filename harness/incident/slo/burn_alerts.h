// Alerting on burn rates over several windows (SRE workbook, chapter 5): which conditions an SLO is watched by.
#pragma once

#include <array>
#include <vector>

#include "incident/slo/slo.h"

namespace firedrill::incident {

// Windows over which burn rates are told in the record: those of the usual alerts.
inline constexpr std::array<Duration, 4> kBurnWindows{1h, 6h, 24h, 72h};

// It holds while the budget burns faster than `factor` over both windows. The short one, a twelfth of the long one,
// ends the alert soon after the cause has ended.
struct BurnCondition {
  Duration long_window{};
  Duration short_window{};
  double factor = 1;
  bool page = false;  // pages a person; else a ticket
  bool operator==(const BurnCondition&) const = default;
};

// 2 % of the budget within 1 h and 5 % within 6 h page; 10 % within 1 d or within 3 d make a ticket: over 30 days
// factors of 14.4, 6, 3 and 1. For an SLO over another window the shares stay and the factors follow
// (share × window ÷ long window), but never below 1: a budget that burns more slowly than that is never spent. A
// condition that looks back further than the SLO does is left out.
std::vector<BurnCondition> burn_conditions(const record::Slo& slo);

// Whether a total outage burns fast enough for the condition to hold at all: factor × (1 − objective) < 1.
bool attainable(const record::Slo& slo, const BurnCondition& condition);

}  // namespace firedrill::incident
