// Rule groups from a line or two, for tests that are not about YAML.
#pragma once

#include <algorithm>

#include <gtest/gtest.h>

#include <initializer_list>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "alerting/group.h"
#include "alerting/rule_file.h"
#include "base/text/numbers.h"
#include "promql/parse/parser.h"
#include "tsdb/store.h"

namespace firedrill::alerting {

using Pairs = std::vector<std::pair<std::string, std::string>>;

inline std::vector<NamedText> named(const Pairs& pairs) {
  std::vector<NamedText> result;
  for (const auto& [name, value] : pairs) result.push_back({name, {value, {}}});
  return result;
}

inline Rule alert(std::string name, std::string expr, Duration hold = {}, Duration keep_firing_for = {},
                  const Pairs& labels = {}, const Pairs& annotations = {}) {
  Rule rule;
  rule.alert = Text{std::move(name), {}};
  rule.expr = {std::move(expr), {}};
  rule.hold = hold;
  rule.keep_firing_for = keep_firing_for;
  rule.labels = named(labels);
  rule.annotations = named(annotations);
  return rule;
}

inline Rule record(std::string name, std::string expr, const Pairs& labels = {}) {
  Rule rule;
  rule.record = Text{std::move(name), {}};
  rule.expr = {std::move(expr), {}};
  rule.labels = named(labels);
  return rule;
}

inline RuleGroup group_of(std::string name, std::vector<Rule> rules, const Pairs& labels = {}) {
  RuleGroup group;
  group.name = {std::move(name), {}};
  group.rules = std::move(rules);
  group.labels = named(labels);
  return group;
}

inline Time minute(std::int64_t n) {
  return Time(std::chrono::minutes(n));
}

// A store, a group and what happened, a step a minute.
class Bench {
 public:
  explicit Bench(std::vector<Rule> rules) { file_.groups.push_back(group_of("g", std::move(rules))); }

  RuleGroup& spec() { return file_.groups[0]; }
  Settings& settings() { return settings_; }
  tsdb::Store& store() { return store_; }
  Group& group() {
    start();
    return *group_;
  }

  // A series and its values minute by minute: "1 2 _ stale 3"; "_" is no sample.
  void load(const std::string& metric, const std::string& values) {
    const auto parsed = promql::parse_metric(metric, promql::Version::v3);
    ASSERT_TRUE(parsed) << metric;
    const tsdb::SeriesRef series = store_.series(parsed->labels);
    std::istringstream words(values);
    std::int64_t at = 0;
    for (std::string word; words >> word; ++at) {
      if (word == "_") continue;
      pending_.push_back({minute(at), series, word == "stale" ? stale_marker() : parse_float(word).value()});
    }
    std::ranges::stable_sort(pending_, {}, &Pending::t);
  }

  void start() {
    if (group_) return;
    const Diagnostics found = finish(file_, settings_.promql);
    ASSERT_FALSE(has_errors(found)) << render(found);
    group_ = std::make_unique<Group>(spec(), store_, settings_);
  }

  // Evaluates at minutes [from, to].
  void run(std::int64_t from, std::int64_t to) {
    start();
    for (std::int64_t at = from; at <= to; ++at) {
      for (; next_ < pending_.size() && pending_[next_].t <= minute(at); ++next_) {
        store_.append(pending_[next_].series, pending_[next_].t, pending_[next_].value);
      }
      group_->evaluate(minute(at), transitions_);
    }
  }

  std::vector<AlertTransition> transitions() { return std::exchange(transitions_, {}); }

  // "2m Down{job="a"} inactive>pending" and so on.
  std::vector<std::string> told() {
    std::vector<std::string> lines;
    for (const AlertTransition& step : transitions()) {
      model::Labels labels = step.labels;
      labels.set(model::kMetricName, labels.get(model::kAlertName));
      labels.remove(model::kAlertName);
      lines.push_back(std::to_string(step.t.time_since_epoch() / std::chrono::minutes(1)) + "m " + labels.to_string() +
                      " " + std::string(to_string(step.from)) + ">" + std::string(to_string(step.to)));
    }
    return lines;
  }

  // The samples of a series as load() takes them: "_ 1 1 stale".
  std::string samples(const std::string& metric, std::int64_t last) {
    const auto parsed = promql::parse_metric(metric, promql::Version::v3);
    if (!parsed) return "not a metric: " + metric;
    const auto series = store_.find(parsed->labels);
    if (!series) return "no such series";
    std::string out;
    const auto history = store_.history(*series);
    for (std::int64_t at = 0; at <= last; ++at) {
      if (at > 0) out += ' ';
      const auto sample = std::ranges::find(history, minute(at), &model::Sample::t);
      out += sample == history.end() ? "_" : is_stale(sample->value) ? "stale" : format_go_f(sample->value);
    }
    return out;
  }

 private:
  struct Pending {
    Time t;
    tsdb::SeriesRef series;
    double value;
  };
  RuleFile file_;
  Settings settings_;
  tsdb::Store store_;
  std::unique_ptr<Group> group_;
  std::vector<Pending> pending_;
  std::size_t next_ = 0;
  std::vector<AlertTransition> transitions_;
};

}  // namespace firedrill::alerting
