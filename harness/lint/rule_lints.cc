// Runs the lints and leaves out what comments switch off.
#include "lint/rule_lints.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "alerting/analysis/recorded_labels.h"
#include "lint/causes.h"
#include "lint/comments.h"

namespace firedrill::lint {
using alerting::NamedText;
using alerting::Rule;
using alerting::RuleFile;
using alerting::RuleGroup;

namespace {

// What the comments of one file switch off, rule by rule.
class Switches {
 public:
  explicit Switches(const RuleFile& file) : comments_(file.source) {
    for (const RuleGroup& group : file.groups) {
      for (const Rule& rule : group.rules) starts_.push_back(rule.where.line);
    }
    std::ranges::sort(starts_);
  }

  // From the comments directly above the rule to where the next one's begin.
  bool disabled(std::string_view lint, const Rule& rule) const {
    const auto next = std::ranges::upper_bound(starts_, rule.where.line);
    return comments_.disabled_between(lint, rule.where.line, next == starts_.end() ? SIZE_MAX : *next);
  }
  Diagnostics unknown() const {
    std::vector<const LintWords*> known;
    for (const RuleLint& each : rule_lints()) known.push_back(&each);
    return comments_.unknown(known);
  }

 private:
  Comments comments_;
  std::vector<std::size_t> starts_;  // the rules' lines
};

}  // namespace

bool annotated(const Rule& rule, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(rule.annotations, [&](const NamedText& annotation) {
    return std::ranges::find(names, annotation.name) != names.end() && !annotation.text.value.empty();
  });
}

Diagnostics lint_rules(std::span<const RuleFile> files, const RuleLintOptions& options) {
  Diagnostics result;
  RuleLintInput input{{}, options};
  std::vector<Switches> switches;
  std::map<const Rule*, std::size_t> file_of;
  for (const RuleFile& file : files) {
    std::ranges::move(switches.emplace_back(file).unknown(), std::back_inserter(result));
    for (const RuleGroup& group : file.groups) {
      const Duration own = group.interval.value_or(Duration(0));
      const auto interval = own > Duration(0) ? std::optional(own) : options.evaluation_interval;
      for (const Rule& rule : group.rules) {
        if (!rule.expression || (!rule.alert && !rule.record)) continue;
        input.rules.push_back({rule, group, interval});
        file_of[&rule] = switches.size() - 1;
      }
    }
  }
  std::vector<const Rule*> all;
  for (const LintedRule& linted : input.rules) {
    all.push_back(&linted.rule);
    if (linted.rule.record) input.records[linted.rule.name()].push_back(&linted);
  }
  input.recorded = alerting::recorded_labels(all);
  if (!options.own_series) input.recorded = alerting::with_labels_added(std::move(input.recorded));
  for (const RuleLint& each : rule_lints()) {
    if (options.disabled.contains(each.name)) continue;
    std::vector<RuleFinding> findings;
    each.check(input, findings);
    for (RuleFinding& finding : findings) {
      if (switches[file_of.at(finding.rule)].disabled(each.name, *finding.rule)) continue;
      result.push_back({Severity::warning, std::move(finding.where), with_cause(finding.what, each.name),
                        std::move(finding.remedy)});
    }
  }
  return result;
}

}  // namespace firedrill::lint
