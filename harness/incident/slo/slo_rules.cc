#include "incident/slo/slo_rules.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "base/text/yaml_text.h"
#include "incident/slo/burn_alerts.h"
#include "promql/parse/parser.h"

namespace firedrill::incident {
using namespace record;
namespace {

using model::Matcher;
using model::MatchOp;

// Of the histograms of Prometheus's client libraries.
constexpr std::array kUsualBounds{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0};
constexpr std::size_t kTextIndent = 10;  // of lines of an expression

struct Selector {
  std::string name;
  std::vector<Matcher> matchers;  // without the name's

  const Matcher* on(std::string_view label) const {
    const auto it = std::ranges::find(matchers, label, &Matcher::name);
    return it == matchers.end() ? nullptr : &*it;
  }
  Selector with(std::string_view label, MatchOp op, std::string value) const {
    Selector made = *this;
    // A regular expression that we wrote ourselves compiles.
    made.matchers.push_back(*Matcher::make(std::string(label), op, std::move(value)));
    return made;
  }
  Selector with(const std::vector<Matcher>& more) const {
    Selector made = *this;
    made.matchers.insert(made.matchers.end(), more.begin(), more.end());
    return made;
  }
  // checkout:requests{service="checkout"}, the name in quotes among the matchers where PromQL asks for that.
  std::string text() const {
    const bool bare = model::is_legacy_metric_name(name);
    std::string body = bare || name.empty() ? "" : model::quote(name);
    for (const Matcher& matcher : matchers) body += (body.empty() ? "" : ",") + matcher.to_string();
    return (bare ? name : "") + (body.empty() ? "" : "{" + body + "}");
  }
  std::string rate(Duration window) const { return format("sum(rate({}[{}]))", text(), format_duration(window)); }
};

Result<Selector> read_selector(const char* option, const std::string& text) {
  const SourcePtr source = make_source(option, text);
  auto parsed = promql::parse(source, {});
  bool named = true;
  if (!parsed && text.starts_with('{')) {
    // Matchers that an absent label satisfies are no selector by themselves, but are beside a name.
    if (auto beside = promql::parse(make_source(option, "x" + text), {})) {
      parsed = std::move(beside);
      named = false;
    }
  }
  if (!parsed) return failure(std::move(parsed.error()));
  const promql::Expr& expression = promql::unwrap(**parsed);
  if (expression.kind != promql::Kind::vector_selector) {
    return failure(Position{source, 1, 1}, format("'{}' is not a selector", text),
                   "expected a metric's name, with matchers in braces where needed");
  }
  const auto& vector = promql::as<promql::VectorSelector>(expression);
  if (vector.modifiers.offset != 0ms || vector.modifiers.at != promql::Modifiers::At::none) {
    return failure(Position{source, 1, 1}, format("'{}' has an offset or @", text), "leave it out");
  }
  Selector selector{named ? vector.name : "", {}};
  for (const Matcher& matcher : vector.matchers) {
    const bool name = matcher.name() == model::kMetricName && matcher.op() == MatchOp::equal;
    if (!name) selector.matchers.push_back(matcher);
  }
  return selector;
}

struct Selectors {
  Selector requests, errors, latency;
};

Result<Selectors> read_selectors(const SloRuleOptions& options) {
  auto requests = read_selector("--requests", options.requests);
  auto errors = read_selector("--errors", options.errors);
  auto latency = read_selector("--latency", options.latency);
  Diagnostics found;
  for (auto* read : {&requests, &errors, &latency}) {
    if (!*read) found.insert(found.end(), read->error().begin(), read->error().end());
  }
  if (!found.empty()) return failure(std::move(found));
  return Selectors{*std::move(requests), *std::move(errors), *std::move(latency)};
}

Selector of_service(const Selector& selector, const Slo& slo, const SloRuleOptions& options) {
  if (slo.service.empty() || options.service_label.empty() || selector.on(options.service_label) != nullptr) {
    return selector;
  }
  Selector made{selector.name, {*Matcher::make(options.service_label, MatchOp::equal, slo.service)}};
  return made.with(selector.matchers);
}

std::span<const double> bounds_of(const SloRuleOptions& options) {
  return options.bounds.empty() ? std::span<const double>(kUsualBounds) : std::span<const double>(options.bounds);
}

double distance(double a, double b) {
  return a > b ? a - b : b - a;
}

// What stands for the requests within a threshold: those within `upper`, or, between two bounds, a share of those
// between them.
struct Within {
  double upper = 0;
  double lower = 0;  // 0: no request is faster
  double share = 1;  // of the requests between lower and upper
};

// Where a histogram has no bucket for the threshold, requests are taken to be spread evenly between the two bounds
// around it, as histogram_quantile() takes them, and as the record counts.
Result<Within> within_of(const PlacedSlo& placed, const SloRuleOptions& options, Diagnostics& warnings) {
  const double threshold = to_seconds(placed.slo.threshold);
  const auto bounds = bounds_of(options);
  const double nearest =
      *std::ranges::min_element(bounds, {}, [&](double bound) { return distance(bound, threshold); });
  if (distance(nearest, threshold) < 1e-9) return Within{nearest};
  const std::string wanted = format_duration(placed.slo.threshold);
  const std::string found = format_duration(from_seconds(nearest));
  if (options.nearest_bound) {
    warnings.push_back({Severity::warning, placed.where,
                        format("'{}' is watched by requests within {} instead of {}", placed.slo.name, found, wanted),
                        "give the histogram a bucket for it"});
    return Within{nearest};
  }
  const auto above = std::ranges::upper_bound(bounds, threshold);
  if (above == bounds.end()) {
    return failure(
        placed.where,
        format("the histogram has no bucket for {}, the threshold of '{}', nor above it", wanted, placed.slo.name),
        format("the nearest is {}: change the target, state the histogram's bounds (--bounds) or take the "
               "nearest (--nearest-bound)",
               found));
  }
  Within between{*above, above == bounds.begin() ? 0 : *std::prev(above)};
  between.share = round_to_record((threshold - between.lower) / (between.upper - between.lower));
  warnings.push_back(
      {Severity::warning, placed.where,
       format("the histogram has no bucket for {}, the threshold of '{}': requests between {} and {} are taken to be "
              "spread evenly",
              wanted, placed.slo.name, between.lower > 0 ? format_duration(from_seconds(between.lower)) : "0s",
              format_duration(from_seconds(between.upper))),
       "give the histogram a bucket for it, or state its bounds (--bounds)"});
  return between;
}

// le="0.5"; of a whole number both ways in which Prometheus 2 and 3 write it.
Selector within(const Selector& buckets, double bound) {
  const std::string text = format_number(bound);
  const bool whole = text.find_first_not_of("0123456789") == std::string::npos;
  if (!whole) return buckets.with(model::kBucketLabel, MatchOp::equal, text);
  return buckets.with(model::kBucketLabel, MatchOp::regex, format("{}|{}[.]0", text, text));
}

// Writes the group of one SLO.
class GroupWriter {
 public:
  GroupWriter(const PlacedSlo& placed, const Selectors& selectors, const SloRuleOptions& options)
      : placed_(placed),
        slo_(placed.slo),
        options_(options),
        requests_(of_service(selectors.requests, placed.slo, options)),
        errors_(selectors.errors.name.empty() ? requests_.with(selectors.errors.matchers)
                                              : of_service(selectors.errors, placed.slo, options)),
        latency_(of_service(selectors.latency, placed.slo, options)) {}

  Result<std::string> write(Diagnostics& warnings) {
    if (slo_.sli == SliKind::latency) {
      auto found = within_of(placed_, options_, warnings);
      if (!found) return failure(std::move(found.error()));
      within_ = *found;
    }
    name_service(warnings);
    out_ = format("  - name: {}\n    rules:\n", yaml_scalar("slo " + slo_.name));
    const std::vector<BurnCondition> conditions = burn_conditions(slo_);
    if (conditions.empty()) {
      warnings.push_back({Severity::warning, placed_.where,
                          format("'{}' counts over {}, less than any of the alerts looks back over: it gets no rules",
                                 slo_.name, format_duration(slo_.window)),
                          "its window is usually 30d; the shortest alert looks back over 1h"});
      return std::string();
    }
    std::set<Duration> windows;
    for (const BurnCondition& condition : conditions) windows.insert({condition.long_window, condition.short_window});
    for (const Duration window : windows) record(window);
    std::vector<BurnCondition> fast, slow;
    for (const BurnCondition& condition : conditions) {
      if (attainable(slo_, condition)) {
        (condition.page ? fast : slow).push_back(condition);
      } else {
        warn_unattainable(condition, warnings);
      }
    }
    alert(kFastBurnAlert, "slo-fast-burn", options_.page, "burns fast", fast);
    alert(kSlowBurnAlert, "slo-slow-burn", options_.ticket, "burns steadily", slow);
    return out_;
  }

 private:
  // The label `service`: the SLO's, else what the selector says.
  void name_service(Diagnostics& warnings) {
    service_ = slo_.service;
    if (!service_.empty()) return;
    const Selector& read = slo_.sli == SliKind::latency ? latency_ : requests_;
    const Matcher* said = options_.service_label.empty() ? nullptr : read.on(options_.service_label);
    if (said == nullptr) {
      warnings.push_back({Severity::warning, placed_.where,
                          format("'{}' names no service, so the requests of all services count", slo_.name),
                          "add `service:` to it, or say in the selector which requests count"});
    } else if (said->op() == MatchOp::equal) {
      service_ = said->value();
    }
  }

  void warn_unattainable(const BurnCondition& condition, Diagnostics& warnings) const {
    warnings.push_back(
        {Severity::warning, placed_.where,
         format("even a total outage burns the budget of '{}' only {:.4g} times too fast: no alert asks for {:.4g} "
                "times over {}",
                slo_.name, 1 / (1 - slo_.objective), condition.factor, format_duration(condition.long_window)),
         "nothing to mend, unless the objective ought to be stricter"});
  }

  static std::string series_name(Duration window) { return "slo:sli_error:ratio_rate" + format_duration(window); }

  std::string ratio(Duration window) const {
    if (slo_.sli == SliKind::success_rate) {
      // Without a failure yet there may be no series of failures: that is a ratio of 0, not none.
      return format("({} or vector(0))\n/\n{}", errors_.rate(window), requests_.rate(window));
    }
    return format("1 -\n{}\n/\n{}", good(window),
                  latency_.with(model::kBucketLabel, MatchOp::equal, "+Inf").rate(window));
  }

  // The rate of requests within the threshold.
  std::string good(Duration window) const {
    const std::string upper = within(latency_, within_.upper).rate(window);
    if (within_.share == 1) return upper;
    if (within_.lower == 0) return format("{} * {}", format_number(within_.share), upper);
    return format("(\n  {} * {}\n  +\n  {} * {}\n)", format_number(round_to_record(1 - within_.share)),
                  within(latency_, within_.lower).rate(window), format_number(within_.share), upper);
  }

  void entry(std::string_view key, std::string_view value) {
    out_ += format("          {}: {}\n", key, yaml_scalar(value));
  }

  void record(Duration window) {
    out_ += format("      - record: {}\n        expr: {}\n        labels:\n", series_name(window),
                   yaml_block(ratio(window), kTextIndent));
    if (!service_.empty()) entry("service", service_);
    entry("slo", slo_.name);
  }

  // slo:sli_error:ratio_rate1h{…} > (14.4 * 0.001)
  std::string exceeds(Duration window, double factor) const {
    Selector recorded{series_name(window), {}};
    if (!service_.empty()) recorded = recorded.with("service", MatchOp::equal, service_);
    return format("{} > ({} * {})", recorded.with("slo", MatchOp::equal, slo_.name).text(), format_number(factor),
                  format_number(round_to_record(1 - slo_.objective)));
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
    return out + format("; {} of the requests of {} are to be good.", describe_share(slo_.objective),
                        format_duration(slo_.window));
  }

  void alert(const char* name, const char* runbook, const std::string& severity, const char* how,
             const std::vector<BurnCondition>& conditions) {
    if (conditions.empty()) return;
    std::string expr;
    for (const BurnCondition& c : conditions) {
      expr += format("{}(\n  {}\n  and\n  {}\n)", expr.empty() ? "" : "\nor\n", exceeds(c.long_window, c.factor),
                     exceeds(c.short_window, c.factor));
    }
    out_ += format("      - alert: {}\n        expr: {}\n        labels:\n", name, yaml_block(expr, kTextIndent));
    if (!service_.empty()) entry("service", literal(service_));
    entry("severity", literal(severity));
    entry("slo", literal(slo_.name));
    const Duration bound = within_.share == 1 ? from_seconds(within_.upper) : slo_.threshold;
    const std::string bad = slo_.sli == SliKind::success_rate ? "failed" : "took longer than " + format_duration(bound);
    out_ += "        annotations:\n";
    entry("summary", format("{{{{ $labels.slo }}}}: the error budget {}, {{{{ $value | humanizePercentage }}}} of "
                            "requests {}",
                            how, bad));
    entry("description", description(conditions));
    entry("runbook", literal(format("{}/{}", options_.runbooks, runbook)));
  }

  const PlacedSlo& placed_;
  const Slo& slo_;
  const SloRuleOptions& options_;
  Selector requests_, errors_, latency_;
  Within within_;        // of a latency SLI
  std::string service_;  // as the label `service` says it
  std::string out_;
};

}  // namespace

Result<std::string> slo_rules(std::span<const PlacedSlo> slos, const SloRuleOptions& options, Diagnostics& warnings) {
  const auto selectors = read_selectors(options);
  if (!selectors) return failure(selectors.error());
  std::string out;
  Diagnostics found;
  for (const PlacedSlo& placed : slos) {
    if (auto group = GroupWriter(placed, *selectors, options).write(warnings)) {
      out += *group;
    } else {
      found.insert(found.end(), group.error().begin(), group.error().end());
    }
  }
  if (!found.empty()) return failure(std::move(found));
  return "# Alerts on burn rates over several windows, written by `firedrill slo rules`.\n" +
         (out.empty() ? "groups: []\n" : "groups:\n" + out);
}

}  // namespace firedrill::incident
