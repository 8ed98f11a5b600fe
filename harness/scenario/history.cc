#include "scenario/history.h"

#include <algorithm>
#include <functional>
#include <memory>

#include "base/text/format.h"

namespace firedrill::scenario {
namespace {

using fake_services::Stride;

// Where nothing is looked at.
constexpr Duration kFarthestApart = 1h;

Duration whole_minutes(Duration duration) {
  return std::chrono::ceil<std::chrono::minutes>(duration);
}

Duration longest_scrape_interval(const PrometheusSettings& prometheus) {
  Duration longest = prometheus.scrape_interval;
  for (const ScrapeJob& job : prometheus.jobs) longest = std::max(longest, job.scrape_interval);
  return longest;
}

Duration longest_interval(const alerting::RuleHistory& rules) {
  Duration longest{};
  for (const auto& each : rules.rules()) longest = std::max(longest, each.interval);
  return longest;
}

// Of an alert, for how long it stays pending or firing whatever its expression says.
Duration stands(const alerting::Rule& rule) {
  return rule.hold + rule.keep_firing_for;
}

// Long enough for every alert to stand as it would, if something was the matter.
Duration settled_before(const alerting::RuleHistory& rules) {
  Duration longest{};
  for (const auto& each : rules.rules()) longest = std::max(longest, stands(*each.rule));
  return whole_minutes(std::max(kShortestAutomatic, longest + kAlertedBefore + 2 * longest_interval(rules)));
}

// For the scrape and the evaluation that come first.
Duration room_for(const alerting::RuleHistory& rules, const PrometheusSettings& prometheus) {
  return longest_scrape_interval(prometheus) + longest_interval(rules);
}

// From when on there is all the history at which the alert looks. Where the warm-up is cut, what will do of it, and no
// later than the judged part.
Time evaluated_from(const alerting::RuleHistory& rules, std::size_t rule, const Scenario& scenario) {
  const alerting::RuleHistory::Reach reach = rules.reach(rule);
  if (reach.whole == Duration(0)) return scenario.start;
  const Time judged_from = scenario.start + scenario.warmup;
  const Duration room = room_for(rules, scenario.prometheus);
  const Time whole = scenario.start + reach.whole + room;
  if (whole <= judged_from - stands(*rules.rules()[rule].rule) - kAlertedBefore) return whole;
  return std::min(scenario.start + reach.enough, judged_from) + room;
}

std::vector<std::shared_ptr<const promql::Expr>> expressions_of(const record::Criteria& declared) {
  std::vector<std::shared_ptr<const promql::Expr>> result;
  for (const record::Expectation& expectation : declared.expectations) {
    if (expectation.expression != nullptr) result.push_back(expectation.expression);
  }
  for (const record::NamedExpression& query : declared.queries) {
    if (query.expression != nullptr) result.push_back(query.expression);
  }
  return result;
}

// A reading with its ends as instants, begun early enough for a sample to lie before its window.
struct Span {
  Time from{};
  Time until{};
  Duration apart{};
};

std::vector<Span> spans_of(const alerting::RuleHistory::Demand& demand, const Scenario& scenario) {
  const Time judged_from = scenario.start + scenario.warmup;
  const Duration ahead = longest_scrape_interval(scenario.prometheus);
  std::vector<Span> spans;
  for (const auto& reading : demand.readings) {
    const Duration lead = std::max(reading.apart, ahead);
    const Time from = std::chrono::floor<std::chrono::minutes>(judged_from - reading.back - 2 * lead);
    // It is read until the end of the run.
    const Time until = std::chrono::ceil<std::chrono::minutes>(judged_from + scenario.duration - reading.until + lead);
    spans.push_back({from, until, reading.apart});
  }
  return spans;
}

std::vector<Stride> strides_of(const std::vector<Span>& spans, Time start, Time settled) {
  std::vector<Time> ends{settled};
  for (const Span& span : spans) {
    for (const Time t : {span.from, span.until}) {
      if (t > start && t < settled) ends.push_back(t);
    }
  }
  std::ranges::sort(ends);
  ends.erase(std::ranges::unique(ends).begin(), ends.end());
  std::vector<Stride> strides;
  Time begin = start;
  for (const Time end : ends) {
    Duration apart = kFarthestApart;
    for (const Span& span : spans) {
      if (span.from <= begin && span.until > begin) apart = std::min(apart, span.apart);
    }
    begin = end;
    if (!strides.empty() && strides.back().step == apart) {
      strides.back().until = end;
    } else {
      strides.push_back({end, apart});
    }
  }
  return strides;
}

History all_of(const Scenario& scenario, const alerting::RuleHistory& rules) {
  return {.settled = scenario.start,
          .strides = {},
          .rules = std::vector<Time>(rules.rules().size(), scenario.start),
          .readings = {}};
}

History thinned(const Scenario& scenario, const alerting::RuleHistory& rules, const record::Criteria& declared,
                Duration settled) {
  const Time judged_from = scenario.start + scenario.warmup;
  const auto expressions = expressions_of(declared);
  const alerting::RuleHistory::Demand demand = rules.demand(settled, expressions);
  const std::vector<Span> spans = spans_of(demand, scenario);
  History history;
  history.settled = judged_from - settled;
  history.strides = strides_of(spans, scenario.start, history.settled);
  for (const Duration begin : demand.rules) {
    history.rules.push_back(std::max(scenario.start, judged_from - begin));
  }
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (spans[i].from < history.settled) {
      history.readings.push_back({demand.readings[i].selector->matchers, spans[i].from});
    }
  }
  return history;
}

}  // namespace

std::vector<HistoryNeed> history_needs(const alerting::RuleHistory& rules, const record::Criteria& declared,
                                       Duration duration) {
  std::vector<HistoryNeed> needs;
  const auto add = [&](std::string what, const alerting::RuleHistory::Reach& need, Duration less) {
    if (need.whole > less) needs.push_back({std::move(what), need.whole - less, need.enough - less});
  };
  for (std::size_t i = 0; i < rules.rules().size(); ++i) {
    const alerting::Rule& rule = *rules.rules()[i].rule;
    add(rule.name(), {rules.needs()[i], rules.reach(i).enough + stands(rule)}, Duration(0));
  }
  for (const record::Expectation& expectation : declared.expectations) {
    if (expectation.expression == nullptr) continue;
    const Fields& fields = expectation.fields;
    const Duration from = fields.has("from") ? fields.duration("from") : Duration(0);
    add(format("expectation '{}'", expectation.id), rules.need_of(*expectation.expression), from);
  }
  for (const record::NamedExpression& query : declared.queries) {
    if (query.expression != nullptr) {
      add(format("query '{}'", query.name), rules.need_of(*query.expression), duration);
    }
  }
  std::ranges::stable_sort(needs, std::ranges::greater{}, &HistoryNeed::needs);
  return needs;
}

Duration automatic_warm_up(std::span<const HistoryNeed> needs, const alerting::RuleHistory& rules,
                           const PrometheusSettings& prometheus) {
  Duration longest = needs.empty() ? Duration(0) : needs.front().needs;
  for (std::size_t i = 0; i < rules.rules().size(); ++i) {
    const alerting::Rule& rule = *rules.rules()[i].rule;
    const Duration back = rules.needs()[i];
    if (rule.alerting() && back > Duration(0)) longest = std::max(longest, back + kAlertedBefore);
  }
  if (longest == Duration(0)) return kShortestAutomatic;
  return std::clamp(whole_minutes(longest + room_for(rules, prometheus)), kShortestAutomatic, kLongestAutomatic);
}

std::vector<HistoryNeed> beyond_history(std::span<const HistoryNeed> needs, const Scenario& scenario) {
  std::vector<HistoryNeed> beyond;
  for (const HistoryNeed& each : needs) {
    if ((scenario.warmup_follows ? each.enough : each.needs) > scenario.warmup) beyond.push_back(each);
  }
  return beyond;
}

const Stride& History::stride_at(Time t) const {
  const auto stride = std::ranges::upper_bound(strides, t, {}, &Stride::until);
  return stride == strides.end() ? strides.back() : *stride;
}

std::optional<History> plan_history(const Scenario& scenario, const alerting::RuleHistory& rules,
                                    const record::Criteria& declared) {
  const Duration settled = settled_before(rules);
  const bool whole = rules.fixed_time() || settled >= scenario.warmup;
  History history = whole ? all_of(scenario, rules) : thinned(scenario, rules, declared, settled);
  bool later = false;
  for (std::size_t i = 0; i < rules.rules().size(); ++i) {
    if (!rules.rules()[i].rule->alerting()) continue;
    history.rules[i] = std::max(history.rules[i], evaluated_from(rules, i, scenario));
    later = later || history.rules[i] > scenario.start;
  }
  if (whole && !later) return std::nullopt;
  return history;
}

}  // namespace firedrill::scenario
