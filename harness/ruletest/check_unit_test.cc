#include "base/report.h"
#include "base/text/format.h"
#include "promql/parse/parser.h"
#include "promql/parse/remedies.h"
#include "promql/parse/series_text.h"
#include "ruletest/compare.h"
#include "ruletest/input_place.h"
#include "ruletest/load_unit_test.h"
#include "ruletest/series_feed.h"
#include "ruletest/unit_test_lints.h"

namespace firedrill::ruletest {
namespace {

// What running the tests of a file would find wrong with its texts, told beforehand and all at once.
class UnitTestChecker {
 public:
  UnitTestChecker(const promql::Options& options, Diagnostics& diagnostics)
      : version_(options.version), parse_(options.parsing()), diagnostics_(diagnostics) {}

  void check(const Test& test) {
    for (const InputSeries& input : test.input) check(input);
    for (const ExprCase& expression : test.expressions) check(expression);
    for (const AlertCase& alert : test.alerts) {
      if (alert.alertname.empty()) report(diagnostics_, alert.where, "an alert case without 'alertname'", "add it");
    }
  }

 private:
  static std::string remedy_of(const promql::ParseError& error) {
    return error.remedy.empty() ? promql::remedy_for(error.what) : error.remedy;
  }

  void check(const InputSeries& input) {
    // Of several lines, or behind a '#', the notation is a script's (ruletest/series_feed.h).
    const std::string text = input.series + " " + input.values;
    if (text.contains('\n') || input.series.starts_with('#')) return;
    const auto parsed = promql::parse_series_runs(text, version_);
    if (!parsed) {
      const promql::TextRange& range = parsed.error().where;
      report(diagnostics_, place_in(input, range.begin, range.end - range.begin),
             format("series '{}': {}", input.series, parsed.error().what), remedy_of(parsed.error()));
    } else if (!parsed->repeated.empty()) {
      report(diagnostics_, input.series_at, format("series '{}': {}", input.series, not_unique(parsed->repeated)),
             "give each label once");
    }
  }

  void check(const ExprCase& expression) {
    if (const auto parsed = promql::parse(expression.expr.value, expression.expr.where, parse_); !parsed) {
      for (const Diagnostic& error : parsed.error()) diagnostics_.push_back(error);
    }
    for (const ExpectedSample& sample : expression.expected) {
      const std::string& text = sample.labels.value;
      if (text.find_first_not_of(" \t\r\n") == std::string::npos) continue;
      const Position& where = sample.labels.where.source ? sample.labels.where : expression.where;
      const auto metric = promql::parse_metric(text, version_);
      if (!metric) {
        report(diagnostics_, where, format("labels {}: {}", model::quote(text), metric.error().what),
               remedy_of(metric.error()));
      } else if (const auto odd = why_never_met(*metric)) {
        report(diagnostics_, where, format("labels {}: {}", model::quote(text), odd->what), odd->remedy);
      }
    }
  }

  promql::Version version_;
  promql::ParseOptions parse_;
  Diagnostics& diagnostics_;
};

}  // namespace

Diagnostics check_unit_test(const FirstFile& file, const alerting::RuleFileOptions& options) {
  auto loaded = load_unit_test(file, options);
  if (!loaded) return std::move(loaded.error());
  Diagnostics diagnostics = std::move(loaded->warnings);
  diagnostics.insert(diagnostics.end(), loaded->rule_errors.begin(), loaded->rule_errors.end());
  UnitTestChecker checker(options.promql, diagnostics);
  for (const Test& test : loaded->file.tests) checker.check(test);
  if (has_errors(diagnostics)) return diagnostics;
  std::vector<const alerting::Rule*> rules;
  for (const auto& each : loaded->rules) {
    for (const alerting::RuleGroup& group : each->groups) {
      for (const alerting::Rule& rule : group.rules) rules.push_back(&rule);
    }
  }
  for (const Test& test : loaded->file.tests) {
    Diagnostics found = lint_unit_test({loaded->file, test, rules, options.promql.version});
    diagnostics.insert(diagnostics.end(), found.begin(), found.end());
  }
  return diagnostics;
}

}  // namespace firedrill::ruletest
