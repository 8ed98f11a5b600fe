// Runs the lints and leaves out what comments switch off.
#include "lint/rule_lints.h"

#include <algorithm>
#include <map>
#include <utility>

#include "alerting/analysis/recorded_labels.h"
#include "base/text/format.h"
#include "lint/causes.h"

namespace firedrill::lint {
using alerting::NamedText;
using alerting::Rule;
using alerting::RuleFile;
using alerting::RuleGroup;

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

// What the comments of one file switch off.
class Comments {
 public:
  Comments(const RuleFile& file, Diagnostics& found) : source_(file.source), found_(found) {
    if (!source_) return;
    const auto lines = lines_of(source_->text);
    for (std::size_t i = 0; i < lines.size(); ++i) read(lines[i], i + 1);
    for (const RuleGroup& group : file.groups) {
      for (const Rule& rule : group.rules) starts_.push_back(rule.where.line);
    }
    std::ranges::sort(starts_);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string_view text = trimmed(lines[i]);
      if (text.starts_with('#')) comment_lines_.insert(i + 1);
    }
  }

  bool disabled(std::string_view lint, const Rule& rule) const {
    if (whole_file_.contains(lint)) return true;
    const auto it = at_.find(lint);
    if (it == at_.end()) return false;
    // From the comments directly above the rule to where the next one's begin.
    const std::size_t begin = first_line(rule.where.line);
    const auto next = std::ranges::upper_bound(starts_, rule.where.line);
    const std::size_t end = next == starts_.end() ? SIZE_MAX : first_line(*next);
    return std::ranges::any_of(it->second, [&](std::size_t line) { return line >= begin && line < end; });
  }

 private:
  std::size_t first_line(std::size_t line) const {
    while (comment_lines_.contains(line - 1)) --line;
    return line;
  }

  void read(std::string_view line, std::size_t number) {
    constexpr std::string_view kRule = "# firedrill disable ";
    constexpr std::string_view kFile = "# firedrill file/disable ";
    const std::size_t rule = line.find(kRule);
    const std::size_t file = line.find(kFile);
    if (rule == std::string_view::npos && file == std::string_view::npos) return;
    const bool whole = file != std::string_view::npos;
    std::size_t at = whole ? file + kFile.size() : rule + kRule.size();
    while (at < line.size()) {
      const std::size_t end = std::min(line.find(',', at), line.size());
      add(trimmed(line.substr(at, end - at)), whole, number, at);
      at = end + 1;
    }
  }

  void add(std::string_view name, bool whole, std::size_t line, std::size_t at) {
    if (name.empty()) return;
    if (find_rule_lint(name) == nullptr) {
      std::vector<std::string> names;
      for (const RuleLint& each : rule_lints()) names.emplace_back(each.name);
      found_.push_back({Severity::warning, Position{source_, line, at + 1, name.size()},
                        format("there is no lint '{}'", name), suggest(name, names)});
    } else if (whole) {
      whole_file_.emplace(name);
    } else {
      at_[std::string(name)].push_back(line);
    }
  }

  SourcePtr source_;
  Diagnostics& found_;
  std::set<std::string, std::less<>> whole_file_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> at_;  // by lint: lines
  std::vector<std::size_t> starts_;
  std::set<std::size_t> comment_lines_;
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
  std::vector<Comments> comments;
  std::map<const Rule*, std::size_t> file_of;
  for (const RuleFile& file : files) {
    comments.emplace_back(file, result);
    for (const RuleGroup& group : file.groups) {
      const Duration own = group.interval.value_or(Duration(0));
      const auto interval = own > Duration(0) ? std::optional(own) : options.evaluation_interval;
      for (const Rule& rule : group.rules) {
        if (!rule.expression || (!rule.alert && !rule.record)) continue;
        input.rules.push_back({rule, group, interval});
        file_of[&rule] = comments.size() - 1;
      }
    }
  }
  std::vector<const Rule*> all;
  for (const LintedRule& linted : input.rules) {
    all.push_back(&linted.rule);
    if (linted.rule.record) input.records[linted.rule.name()].push_back(&linted);
  }
  input.recorded = alerting::recorded_labels(all);
  input.recorded_open = alerting::with_labels_added(input.recorded);
  for (const RuleLint& each : rule_lints()) {
    if (options.disabled.contains(each.name)) continue;
    std::vector<RuleFinding> findings;
    each.check(input, findings);
    for (RuleFinding& finding : findings) {
      if (comments[file_of.at(finding.rule)].disabled(each.name, *finding.rule)) continue;
      result.push_back({Severity::warning, std::move(finding.where), with_cause(finding.what, each.name),
                        std::move(finding.remedy)});
    }
  }
  return result;
}

}  // namespace firedrill::lint
