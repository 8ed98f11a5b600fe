#include "ruletest/unit_test_lints.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "alerting/analysis/windows.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "lint/run.h"
#include "promql/functions/functions.h"
#include "promql/parse/parser.h"
#include "promql/parse/printer.h"
#include "promql/parse/series_text.h"
#include "ruletest/rule_use.h"

namespace firedrill::ruletest {
namespace {

using alerting::Rule;

void warn(std::vector<Diagnostic>& findings, const Position& where, std::string what, std::string remedy) {
  findings.push_back({Severity::warning, where, std::move(what), std::move(remedy)});
}

// What the cases of the test evaluate: expressions of their own, and the rules that they look at.
class Evaluated {
 public:
  explicit Evaluated(const UnitTestLintInput& input) {
    std::vector<const promql::Expr*> read;
    for (const ExprCase& each : input.test.expressions) {
      auto parsed = promql::parse_text(each.expr.value, {.version = input.version});
      if (!parsed) continue;
      read.push_back(parsed->get());
      of_cases_.push_back(*std::move(parsed));
    }
    std::set<std::string> alertnames;
    for (const AlertCase& alert : input.test.alerts) alertnames.insert(alert.alertname);
    for (const Rule* rule : rules_looked_at(input.rules, read, alertnames)) read.push_back(rule->expression.get());
    all_ = std::move(read);
  }
  const std::vector<const promql::Expr*>& all() const { return all_; }

 private:
  std::vector<std::shared_ptr<const promql::Expr>> of_cases_;
  std::vector<const promql::Expr*> all_;
};

// The first series of the input that the selector matches.
const InputSeries* input_of(const promql::VectorSelector& selector, const UnitTestLintInput& input) {
  for (const InputSeries& series : input.test.input) {
    const auto metric = promql::parse_metric(series.series, input.version);
    if (!metric) continue;
    const bool matched = std::ranges::all_of(selector.matchers, [&](const model::Matcher& matcher) {
      // Of a range of series the values are not known yet.
      const bool open = input.file.series_ranges && matcher.name() != model::kMetricName;
      return open || matcher.matches(metric->labels);
    });
    if (matched) return &series;
  }
  return nullptr;
}

bool is_recorded(const std::string& name, const UnitTestLintInput& input) {
  return std::ranges::any_of(input.rules, [&](const Rule* rule) { return rule->record && rule->name() == name; });
}

bool may_be_short(const UnitTestLintInput& input, const promql::Expr& expression) {
  return std::ranges::any_of(alerting::windows_of_two(expression), [&](const alerting::Window& window) {
    return alerting::holds_one_sample(*window.selector, input.test.interval, input.version);
  });
}

void lint_test_window(const UnitTestLintInput& input, std::vector<Diagnostic>& findings) {
  if (input.test.interval <= Duration(0)) return;
  const bool any = !input.test.expressions.empty() || std::ranges::any_of(input.rules, [&](const Rule* rule) {
    return may_be_short(input, *rule->expression);
  });
  if (!any) return;
  const Evaluated evaluated(input);
  for (const promql::Expr* expression : evaluated.all()) {
    for (const alerting::Window& window : alerting::windows_of_two(*expression)) {
      if (!alerting::holds_one_sample(*window.selector, input.test.interval, input.version)) continue;
      const promql::VectorSelector& selector = *window.selector->vector;
      const InputSeries* series = is_recorded(selector.name, input) ? nullptr : input_of(selector, input);
      if (series == nullptr) continue;
      warn(findings, series->where,
           format("{} sees 1 sample of {} at a time, and {}: the test has a value every {}",
                  promql::print(*window.call), series->series,
                  window.empty ? "has no value without 2" : "is always 0 of one", format_duration(input.test.interval)),
           format("give the test an `interval` of at most {}, a quarter of the window",
                  format_duration(std::max<Duration>(window.selector->range / 4, std::chrono::milliseconds(1)))));
    }
  }
}

// The shortest `for` of the alert's rules; nothing if there is none of the name.
std::optional<Duration> shortest_hold(const UnitTestLintInput& input, const std::string& alertname) {
  std::optional<Duration> hold;
  for (const Rule* rule : input.rules) {
    if (rule->alert && rule->name() == alertname) hold = std::min(hold.value_or(rule->hold), rule->hold);
  }
  return hold;
}

// Some case of the file wants to see it fire, or looks at it when it could: then one that comes too early may test the
// boundary.
bool looked_at_later(const UnitTestFile& file, const std::string& alertname, Duration hold) {
  return std::ranges::any_of(file.tests, [&](const Test& test) {
    return std::ranges::any_of(test.alerts, [&](const AlertCase& alert) {
      return alert.alertname == alertname && (!alert.expected.empty() || alert.eval_time >= hold);
    });
  });
}

void lint_test_too_early(const UnitTestLintInput& input, std::vector<Diagnostic>& findings) {
  for (const AlertCase& alert : input.test.alerts) {
    if (!alert.expected.empty()) continue;
    const auto hold = shortest_hold(input, alert.alertname);
    if (!hold || alert.eval_time >= *hold || looked_at_later(input.file, alert.alertname, *hold)) continue;
    warn(findings, alert.where,
         format("'{}' cannot fire before {}, its `for`, so that its silence at {} proves nothing", alert.alertname,
                format_duration(*hold), format_duration(alert.eval_time)),
         format("look at it at {} or later", format_duration(*hold)));
  }
}

constexpr std::array kLints{
    UnitTestLint{
        {"test-too-early", "a unit test looks at a quiet alert before it could fire",
         "The case expects no alert at a time that is shorter than the rule's `for`, and no other case of the "
         "file expects the alert: it passes whatever the rule says.",
         "An eval_time of `for` or more.",
         "A unit test begins at 0 with no alert pending, and an alert fires once it has been pending for `for`."},
        lint_test_too_early},
    UnitTestLint{{"test-window", "a window of a unit test never holds two samples",
                  "The input series of a test have a value every `interval`. rate(), increase() and the like over a "
                  "window no longer than that see one sample at a time and have no value; changes() is 0.",
                  "A shorter `interval` of the test: that of the scrapes in production.",
                  "promtool loads the values at multiples of `interval`, and a window leaves out its first instant "
                  "since Prometheus 3."},
                 lint_test_window},
};

}  // namespace

std::span<const UnitTestLint> unit_test_lints() {
  return kLints;
}

Diagnostics lint_unit_test(const UnitTestLintInput& input) {
  return lint::run(kLints, input);
}

}  // namespace firedrill::ruletest
