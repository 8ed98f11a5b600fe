#include "incident/slo/burn_alerts.h"

#include <algorithm>

#include "base/text/numbers.h"

namespace firedrill::incident {
using namespace record;
namespace {

struct Rule {
  double share;  // of the budget
  Duration long_window;
  Duration short_window;
  bool page;
};
constexpr std::array kRules{Rule{0.02, 1h, 5min, true}, Rule{0.05, 6h, 30min, true}, Rule{0.1, 24h, 2h, false},
                            Rule{0.1, 72h, 6h, false}};

}  // namespace

std::vector<BurnCondition> burn_conditions(const Slo& slo) {
  std::vector<BurnCondition> conditions;
  for (const Rule& rule : kRules) {
    if (rule.long_window > slo.window) continue;
    // Twelve digits: 14.4, not 14.399999999999999.
    const double factor = round_to_record(rule.share * (to_seconds(slo.window) / to_seconds(rule.long_window)));
    conditions.push_back({rule.long_window, rule.short_window, std::max(factor, 1.0), rule.page});
  }
  return conditions;
}

bool attainable(const Slo& slo, const BurnCondition& condition) {
  return condition.factor * (1 - slo.objective) < 1;
}

}  // namespace firedrill::incident
