#include "incident/slo/slo_rules.h"

#include <algorithm>
#include <set>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "base/text/yaml_text.h"
#include "incident/slo/burn_alerts.h"
#include "incident/slo/foreign_slo.h"
#include "incident/slo/low_traffic.h"
#include "incident/slo/selector_indicator.h"
#include "incident/slo/sloth_rules.h"

namespace firedrill::incident {
using namespace record;
namespace {

constexpr std::size_t kTextIndent = 10;  // of lines of an expression

// Writes the group of one SLO.
class GroupWriter {
 public:
  GroupWriter(const PlacedSlo& placed, const MadeIndicator& made, const SloRuleOptions& options)
      : placed_(placed), slo_(placed.slo), declared_(placed.declared.get()), made_(made), options_(options) {}

  // Empty for an SLO that counts over less time than any condition looks back.
  Result<std::string> write(Diagnostics& warnings) {
    const std::vector<BurnCondition> conditions = burn_conditions(slo_);
    if (conditions.empty()) {
      warnings.push_back({Severity::warning, placed_.where,
                          format("'{}' counts over {}, less than any of the alerts looks back over: it gets no rules",
                                 slo_.name, format_duration(slo_.window)),
                          "its window is usually 30d; the shortest alert looks back over 1h"});
      return std::string();
    }
    std::vector<BurnCondition> fast, slow;
    for (const BurnCondition& condition : conditions) {
      if (is_disabled(condition)) continue;
      if (attainable(slo_, condition)) {
        (condition.page ? fast : slow).push_back(condition);
      } else {
        warn_unattainable(condition, warnings);
      }
    }
    out_ = describe_low_traffic(placed_, made_.indicator, fast, slow, options_, warnings);
    out_ += format("  - name: {}\n", yaml_scalar("slo " + slo_.name));
    // One group, so that its alerts read what it has just recorded: as often as its error ratios are wanted.
    const Duration interval = declared_ ? declared_->ratios_interval : Duration();
    if (interval > 0ms) out_ += format("    interval: {}\n", format_duration(interval));
    out_ += "    rules:\n";
    std::set<Duration> windows;
    for (const BurnCondition& condition : conditions) windows.insert({condition.long_window, condition.short_window});
    for (const Duration window : windows) record(ratio_name(window), ratio(window));
    if (options_.min_failures > 0) {
      if (auto recorded = record_failures(conditions); !recorded) return failure(recorded.error());
    }
    alert(kFastBurnAlert, "slo-fast-burn", options_.page, "burns fast", fast, declared_ ? &declared_->page : nullptr);
    alert(kSlowBurnAlert, "slo-slow-burn", options_.ticket, "burns steadily", slow,
          declared_ ? &declared_->ticket : nullptr);
    return out_;
  }

 private:
  void warn_unattainable(const BurnCondition& condition, Diagnostics& warnings) const {
    warnings.push_back(
        {Severity::warning, placed_.where,
         format("even a total outage burns the budget of '{}' only {:.4g} times too fast: no alert asks for {:.4g} "
                "times over {}",
                slo_.name, 1 / (1 - slo_.objective), condition.factor, format_duration(condition.long_window)),
         "nothing to mend, unless the objective ought to be stricter"});
  }

  static std::string ratio_name(Duration window) { return "slo:sli_error:ratio_rate" + format_duration(window); }

  // The file that declares the SLO wants no alert of that kind.
  bool is_disabled(const BurnCondition& condition) const {
    return declared_ != nullptr && (condition.page ? declared_->page : declared_->ticket).disabled;
  }

  std::string ratio(Duration window) const {
    const std::string text = format_duration(window);
    return declared_ != nullptr ? error_ratio(made_.indicator, text) : over_window(made_.indicator.error_ratio, text);
  }

  Result<void> record_failures(const std::vector<BurnCondition>& conditions) {
    for (const BurnCondition& condition : conditions) {
      if (is_disabled(condition)) continue;
      const auto failures = failures_over(made_.indicator, format_duration(condition.long_window));
      if (!failures) return failure(cannot_count_failures(placed_));
      record(failures_name(condition.long_window), *failures);
    }
    return {};
  }

  void entry(std::string_view key, std::string_view value) {
    out_ += format("          {}: {}\n", yaml_scalar(key), yaml_scalar(value));
  }

  void record(const std::string& name, std::string_view expression) {
    out_ +=
        format("      - record: {}\n        expr: {}\n        labels:\n", name, yaml_block(expression, kTextIndent));
    Texts labels = declared_ ? declared_->labels : Texts();
    if (!made_.service.empty()) labels["service"] = made_.service;
    labels["slo"] = slo_.name;
    for (const auto& [label, value] : labels) entry(label, value);
  }

  std::string recorded(std::string name) const {
    Selector selector{std::move(name), {}};
    if (!made_.service.empty()) selector = selector.with("service", model::MatchOp::equal, made_.service);
    return selector.with("slo", model::MatchOp::equal, slo_.name).text();
  }

  // slo:sli_error:ratio_rate1h{…} > (14.4 * 0.001)
  std::string exceeds(Duration window, double factor) const {
    return format("{} > ({} * {})", recorded(ratio_name(window)), format_number(factor),
                  format_number(round_to_record(1 - slo_.objective)));
  }

  std::string holds(const BurnCondition& c) const {
    std::string text =
        format("  {}\n  and\n  {}\n", exceeds(c.long_window, c.factor), exceeds(c.short_window, c.factor));
    if (options_.min_failures > 0) {
      text += format("  and\n  {} >= {}\n", recorded(failures_name(c.long_window)), options_.min_failures);
    }
    return format("(\n{})", text);
  }

  // The labels of an alert are templates: a brace of a name is written so that it stands for itself.
  static std::string literal(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (!text.substr(i).starts_with("{{")) {
        out += text[i];
        continue;
      }
      out += "{{ \"{{\" }}";
      ++i;
    }
    return out;
  }

  std::string description(const std::vector<BurnCondition>& conditions) const {
    std::string out;
    for (const BurnCondition& c : conditions) {
      const std::string times = c.factor > 1 ? format("more than {:.4g} times ", c.factor) : "";
      out += format("{} {}too fast over {} and {}", out.empty() ? "The budget burns" : ", or", times,
                    format_duration(c.long_window), format_duration(c.short_window));
    }
    return out + format("; {} of the {} of {} are to be good.", describe_share(slo_.objective), made_.indicator.events,
                        format_duration(slo_.window));
  }

  // `said`: what an OpenSLO or Sloth file says of the alert, whose labels and annotations are templates already.
  void alert(std::string name, const char* runbook, const std::string& severity, const char* how,
             const std::vector<BurnCondition>& conditions, const DeclaredAlert* said) {
    if (conditions.empty() || (said != nullptr && said->disabled)) return;
    if (declared_ != nullptr && !declared_->alert_name.empty()) name = declared_->alert_name;
    std::string expr;
    for (const BurnCondition& c : conditions) expr += (expr.empty() ? "" : "\nor\n") + holds(c);
    out_ += format("      - alert: {}\n        expr: {}\n", yaml_scalar(name), yaml_block(expr, kTextIndent));
    if (said != nullptr && said->pending > 0ms) out_ += format("        for: {}\n", format_duration(said->pending));
    Texts labels{{"severity", literal(severity)}, {"slo", literal(slo_.name)}};
    if (!made_.service.empty()) labels["service"] = literal(made_.service);
    out_ += "        labels:\n";
    for (const auto& [label, value] : said != nullptr ? merged(labels, said->labels) : labels) entry(label, value);
    const std::string summary =
        format("{{{{ $labels.slo }}}}: the error budget {}, {{{{ $value | humanizePercentage }}}} of {} {}", how,
               made_.indicator.events, made_.bad);
    annotations({{"summary", summary},
                 {"description", description(conditions)},
                 {"runbook", literal(format("{}/{}", options_.runbooks, runbook))}},
                said);
  }

  // Ours in their order, then what the file says besides.
  void annotations(const std::vector<std::pair<std::string, std::string>>& ours, const DeclaredAlert* said) {
    Texts further = said != nullptr ? said->annotations : Texts();
    out_ += "        annotations:\n";
    for (const auto& [name, text] : ours) {
      const auto own = further.find(name);
      entry(name, own == further.end() ? text : own->second);
      if (own != further.end()) further.erase(own);
    }
    for (const auto& [name, text] : further) entry(name, text);
  }

  const PlacedSlo& placed_;
  const Slo& slo_;
  const DeclaredSlo* declared_;
  const MadeIndicator& made_;
  const SloRuleOptions& options_;
  std::string out_;
};

// The indicator of an SLO of our own by the selectors, of another's file as it stands there.
Result<MadeIndicator> indicator_of(const PlacedSlo& placed, const Result<Selectors>& selectors,
                                   const SloRuleOptions& options, Diagnostics& warnings) {
  if (placed.declared == nullptr) return make_indicator(placed, *selectors, options, warnings);
  Diagnostics errors;
  for (const Diagnostic& each : placed.declared->unwritten) {
    (each.severity == Severity::error ? errors : warnings).push_back(each);
  }
  if (!errors.empty()) return failure(std::move(errors));
  return MadeIndicator{placed.declared->indicator, placed.slo.service, "were bad"};
}

}  // namespace

Result<std::string> slo_rules(std::span<const PlacedSlo> slos, const SloRuleOptions& options, Diagnostics& warnings) {
  const auto selectors = read_selectors(options);
  std::string out;
  Diagnostics found = selectors ? Diagnostics() : selectors.error();
  for (const PlacedSlo& placed : slos) {
    if (!selectors && placed.declared == nullptr) continue;  // which is what they are for
    const auto made = indicator_of(placed, selectors, options, warnings);
    auto groups = !made                              ? failure(made.error())
                  : options.style == SloStyle::sloth ? sloth_groups(placed, *made, options, warnings)
                                                     : GroupWriter(placed, *made, options).write(warnings);
    if (groups) {
      out += *groups;
    } else {
      found.insert(found.end(), groups.error().begin(), groups.error().end());
    }
  }
  if (!found.empty()) return failure(std::move(found));
  return "# Alerts on burn rates over several windows, written by `firedrill slo rules`.\n" +
         (out.empty() ? "groups: []\n" : "groups:\n" + out);
}

}  // namespace firedrill::incident
