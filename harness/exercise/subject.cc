#include "exercise/subject.h"

#include <algorithm>
#include <optional>

#include "alerting/analysis/needed_selectors.h"
#include "alerting/history/looks.h"
#include "exercise/example_text.h"

namespace firedrill::exercise {
namespace {

// A recording rule and its place in the order of evaluation.
struct Place {
  std::size_t file = 0;
  std::size_t order = 0;
  const alerting::Rule* rule = nullptr;
};
using Records = std::map<std::string, std::vector<Place>, std::less<>>;

Records records_of(std::span<const NamedRules> files) {
  Records records;
  std::size_t order = 0;
  for (std::size_t f = 0; f < files.size(); ++f) {
    for (const alerting::RuleGroup& group : files[f].rules->groups) {
      for (const alerting::Rule& rule : group.rules) {
        if (!rule.alerting()) records[rule.name()].push_back({f, order, &rule});
        ++order;
      }
    }
  }
  return records;
}

bool same(const promql::VectorSelector& a, const promql::VectorSelector& b) {
  return a.matchers == b.matchers;
}

class Reader {
 public:
  Reader(Subject& subject, const Records& records) : subject_(subject), records_(records) {}

  void read() {
    subject_.reach = read(*subject_.rule->expression, true);
    std::ranges::sort(places_, {}, &Place::order);
    for (const Place& place : places_) subject_.recorded.push_back(place.rule);
  }

 private:
  // Returns how far back the expression depends on what was there.
  Duration read(const promql::Expr& expression, bool needed) {
    Duration beyond{};
    const std::vector<const promql::VectorSelector*> must = alerting::needed_selectors(expression);
    for (const promql::VectorSelector* selector : promql::selectors(expression)) {
      const bool needs = needed && std::ranges::find(must, selector) != must.end();
      const std::string metric = metric_of(*selector);
      const auto known = records_.find(metric);
      if (known == records_.end()) {
        take(*selector, metric, needs);
        continue;
      }
      beyond = std::max(beyond, read_recorded(known->second, needs));
    }
    return alerting::look_back(expression) + beyond;
  }

  Duration read_recorded(const std::vector<Place>& all, bool needed) {
    const bool own = std::ranges::any_of(all, [&](const Place& p) { return p.file == subject_.file_index; });
    const std::size_t file = own ? subject_.file_index : all.front().file;
    Duration reach{};
    for (const Place& place : all) {
      if (place.file != file) continue;
      if (std::ranges::find(places_, place.rule, &Place::rule) != places_.end()) continue;
      places_.push_back(place);
      reach = std::max(reach, read(*place.rule->expression, needed && all.size() == 1) + subject_.interval);
    }
    return reach;
  }

  void take(const promql::VectorSelector& selector, const std::string& metric, bool needed) {
    const auto known =
        std::ranges::find_if(subject_.scraped, [&](const auto* other) { return same(*other, selector); });
    if (needed) subject_.needed.insert(known == subject_.scraped.end() ? &selector : *known);
    if (known == subject_.scraped.end()) subject_.scraped.push_back(&selector);
    subject_.metrics.insert(metric);
  }

  Subject& subject_;
  const Records& records_;
  std::vector<Place> places_;
};

}  // namespace

std::string metric_of(const promql::VectorSelector& selector) {
  if (!selector.name.empty()) return selector.name;
  std::vector<model::Matcher> names;
  for (const model::Matcher& matcher : selector.matchers) {
    if (matcher.name() == model::kMetricName) names.push_back(matcher);
  }
  return names.empty() ? std::string() : example_of(names, {}).value_or(std::string());
}

std::vector<Subject> subjects_of(std::span<const NamedRules> files, Duration evaluation_interval) {
  const Records records = records_of(files);
  std::vector<Subject> subjects;
  for (std::size_t f = 0; f < files.size(); ++f) {
    for (const alerting::RuleGroup& group : files[f].rules->groups) {
      for (const alerting::Rule& rule : group.rules) {
        if (!rule.alerting() || rule.expression == nullptr) continue;
        Subject& subject = subjects.emplace_back();
        subject.file = files[f].path;
        subject.file_index = f;
        subject.group = &group;
        subject.rule = &rule;
        const Duration own = group.interval.value_or(Duration(0));
        subject.interval = own > Duration(0) ? own : evaluation_interval;
        Reader(subject, records).read();
      }
    }
  }
  return subjects;
}

}  // namespace firedrill::exercise
