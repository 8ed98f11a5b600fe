#include <algorithm>
#include <map>
#include <set>

#include "base/duration.h"
#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::Rule;
using promql::Expr;
using promql::Kind;

namespace {

constexpr Duration kLookback = std::chrono::minutes(5);

void find_instant(const Expr& node, std::vector<const promql::VectorSelector*>& found) {
  if (node.kind == Kind::matrix_selector || node.kind == Kind::subquery) return;
  if (node.kind == Kind::vector_selector) found.push_back(&promql::as<promql::VectorSelector>(node));
  for (const Expr* child : promql::children(node)) find_instant(*child, found);
}

// How the series of a name are written.
struct Written {
  std::optional<Duration> shortest;  // interval; nothing: of some it is not known
  std::set<const alerting::RuleGroup*> groups;
};

Written written_by(const std::vector<const LintedRule*>& records) {
  Written written{Duration::max(), {}};
  for (const LintedRule* record : records) {
    written.groups.insert(&record->group);
    if (!record->interval) written.shortest.reset();
    if (written.shortest) written.shortest = std::min(*written.shortest, *record->interval);
  }
  return written;
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  std::map<std::string_view, Written> seldom;
  for (const auto& [name, records] : input.records) {
    Written written = written_by(records);
    if (written.shortest && *written.shortest > kLookback) seldom.emplace(name, std::move(written));
  }
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    std::vector<const promql::VectorSelector*> selectors;
    find_instant(*rule.expression, selectors);
    for (const promql::VectorSelector* selector : selectors) {
      const auto written = seldom.find(selector->name);
      // In the same group it is read as soon as it is written.
      if (written == seldom.end() || written->second.groups.contains(&linted.group)) continue;
      const Duration interval = *written->second.shortest;
      if (!linted.interval || *linted.interval >= interval) continue;
      findings.push_back({&rule, locate(rule.expr, selector->where.begin, selector->where.end - selector->where.begin),
                          format("{} is recorded every {}, and has no value from {} after each on", selector->name,
                                 format_duration(interval), format_duration(kLookback)),
                          format("read last_over_time({}[{}]), or record it at least every 5m", selector->name,
                                 format_duration(interval + std::chrono::minutes(1)))});
    }
  }
}

}  // namespace

RuleLint stale_record() {
  return {
      {.name = "stale-record",
       .summary = "a record that is written too seldom to be read",
       .doc =
           "A group that is evaluated less often than every five minutes leaves its records without a value in "
           "between, and a rule of another group that reads them finds nothing there: an alert is resolved and fires "
           "again, its `for` begins anew.",
       .instead = "last_over_time(x[11m]), or a shorter interval.",
       .why = "A selector sees the last sample of the five minutes before (--query.lookback-delta), and none that is "
              "older."},
      check};
}

}  // namespace firedrill::lint::rules
