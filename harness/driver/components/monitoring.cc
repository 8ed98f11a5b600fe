#include "driver/components/monitoring.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "promql/parse/parser.h"
#include "reports/format.h"

namespace firedrill::driver {
namespace {

bool has_kind(const record::Criteria& declared, std::string_view kind) {
  return std::ranges::any_of(declared.expectations, [&](const auto& expectation) { return expectation.kind == kind; });
}

using Kept = monitor::EmbeddedMonitor::Options::Keep;
Kept keep_of(Keep keep) {
  switch (keep) {
    case Keep::none:
      return Kept::evidence;
    case Keep::needed:
      return Kept::read;
    case Keep::all:
      return Kept::all;
  }
  return Kept::read;
}

// Of these, what judging says includes how near they came.
std::set<std::string, std::less<>> alerts_expected(const record::Criteria& declared) {
  std::set<std::string, std::less<>> names;
  for (const record::Expectation& expectation : declared.expectations) {
    if (expectation.fields.has("alert")) names.insert(expectation.fields.text("alert"));
  }
  return names;
}

}  // namespace

Expressions expected_expressions(const record::Criteria& declared) {
  Expressions result;
  for (const record::Expectation& expectation : declared.expectations) {
    if (expectation.expression != nullptr) result.push_back(expectation.expression);
  }
  for (const record::NamedExpression& query : declared.queries) result.push_back(query.expression);
  return result;
}

bool monitor_may_fail(const scenario::LoadedScenario& scenario) {
  return std::ranges::any_of(scenario.faults, [](const fake_services::FaultSpec& fault) {
    return fault.kind->aims == fake_services::Aims(fake_services::Aim::monitor);
  });
}

monitor::EmbeddedMonitor::Options monitoring_options(const Setup& setup) {
  const auto& [scenario, options, record] = setup;
  monitor::EmbeddedMonitor::Options out;
  out.promql = options.promql;
  out.keep = keep_of(options.keep);
  if (options.keep == Keep::none) out.evidence = alerts_expected(scenario.declared);
  out.wanted = expected_expressions(scenario.declared);
  for (const std::string_view selector : reports::charted_selectors()) {
    if (options.keep == Keep::none) break;
    if (auto parsed = promql::parse_text(selector, {.version = options.promql}))
      out.wanted.push_back(*std::move(parsed));
  }
  out.sends = has_kind(scenario.declared, "dead_mans_switch");
  out.may_fail = monitor_may_fail(scenario);
  out.seed = options.seed;
  out.budget = options.budget;
  out.reach = options.reach;
  // What is scraped for real is there as a whole.
  if (scenario.history && options.live == nullptr) out.history = &*scenario.history;
  return out;
}

}  // namespace firedrill::driver
