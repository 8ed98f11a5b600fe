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

// Long enough for every `for` to have passed, if it was to.
Duration settled_before(const alerting::RuleHistory& rules) {
  Duration hold{};
  for (const auto& each : rules.rules()) hold = std::max(hold, each.rule->hold);
  return whole_minutes(std::max(kShortestAutomatic, hold + 2 * longest_interval(rules)));
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

}  // namespace

std::vector<HistoryNeed> history_needs(const alerting::RuleHistory& rules, const record::Criteria& declared,
                                       Duration duration) {
  std::vector<HistoryNeed> needs;
  const auto add = [&](std::string what, Duration need) {
    if (need > Duration(0)) needs.push_back({std::move(what), need});
  };
  for (std::size_t i = 0; i < rules.rules().size(); ++i) add(rules.rules()[i].rule->name(), rules.needs()[i]);
  for (const record::Expectation& expectation : declared.expectations) {
    if (expectation.expression == nullptr) continue;
    const Fields& fields = expectation.fields;
    const Duration from = fields.has("from") ? fields.duration("from") : Duration(0);
    add(format("expectation '{}'", expectation.id), rules.need_of(*expectation.expression) - from);
  }
  for (const record::NamedExpression& query : declared.queries) {
    if (query.expression != nullptr) {
      add(format("query '{}'", query.name), rules.need_of(*query.expression) - duration);
    }
  }
  std::ranges::stable_sort(needs, std::ranges::greater{}, &HistoryNeed::needs);
  return needs;
}

Duration automatic_warm_up(std::span<const HistoryNeed> needs, const alerting::RuleHistory& rules,
                           const PrometheusSettings& prometheus) {
  if (needs.empty()) return kShortestAutomatic;
  const Duration room = longest_scrape_interval(prometheus) + longest_interval(rules);
  return std::clamp(whole_minutes(needs.front().needs + room), kShortestAutomatic, kLongestAutomatic);
}

const Stride& History::stride_at(Time t) const {
  const auto stride = std::ranges::upper_bound(strides, t, {}, &Stride::until);
  return stride == strides.end() ? strides.back() : *stride;
}

std::optional<History> plan_history(const Scenario& scenario, const alerting::RuleHistory& rules,
                                    const record::Criteria& declared) {
  const Duration settled = settled_before(rules);
  if (rules.fixed_time() || settled >= scenario.warmup) return std::nullopt;
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

}  // namespace firedrill::scenario
