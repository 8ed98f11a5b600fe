#include "incident/slo/selector_indicator.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "promql/parse/parser.h"

namespace firedrill::incident {
using namespace record;
namespace {

using model::Matcher;
using model::MatchOp;

// Of the histograms of Prometheus's client libraries.
constexpr std::array kUsualBounds{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0};

// sum(rate(requests{service="web"}[{{.window}}]))
std::string summed(std::string_view function, const Selector& selector) {
  return format("sum({}({}[{}]))", function, selector.text(), kWindowTemplate);
}

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

// The requests of the histogram within the threshold, as rates or increases.
std::string good(const Selector& buckets, const Within& found, std::string_view function) {
  const std::string upper = summed(function, within(buckets, found.upper));
  if (found.share == 1) return upper;
  if (found.lower == 0) return format("{} * {}", format_number(found.share), upper);
  return format("(\n  {} * {}\n  +\n  {} * {}\n)", format_number(round_to_record(1 - found.share)),
                summed(function, within(buckets, found.lower)), format_number(found.share), upper);
}

Indicator of_errors(const Selector& requests, const Selector& errors) {
  Indicator indicator;
  indicator.events = "requests";
  // Without a failure yet there may be no series of failures: that is a ratio of 0, not none.
  indicator.error_ratio = format("({} or vector(0))\n/\n{}", summed("rate", errors), summed("rate", requests));
  indicator.failures = summed("increase", errors);
  return indicator;
}

Indicator of_latency(const Selector& buckets, const Within& found) {
  const Selector all = buckets.with(model::kBucketLabel, MatchOp::equal, "+Inf");
  Indicator indicator;
  indicator.events = "requests";
  indicator.error_ratio = format("1 -\n{}\n/\n{}", good(buckets, found, "rate"), summed("rate", all));
  indicator.failures = format("{}\n-\n{}", summed("increase", all), good(buckets, found, "increase"));
  return indicator;
}

// The label `service`: the SLO's, else what the selector says.
std::string service_of(const PlacedSlo& placed, const Selector& read, const SloRuleOptions& options,
                       Diagnostics& warnings) {
  if (!placed.slo.service.empty()) return placed.slo.service;
  const Matcher* said = options.service_label.empty() ? nullptr : read.on(options.service_label);
  if (said != nullptr) return said->op() == MatchOp::equal ? said->value() : std::string();
  warnings.push_back({Severity::warning, placed.where,
                      format("'{}' names no service, so the requests of all services count", placed.slo.name),
                      "add `service:` to it, or say in the selector which requests count"});
  return {};
}

}  // namespace

const Matcher* Selector::on(std::string_view label) const {
  const auto it = std::ranges::find(matchers, label, &Matcher::name);
  return it == matchers.end() ? nullptr : &*it;
}

Selector Selector::with(std::string_view label, MatchOp op, std::string value) const {
  Selector made = *this;
  // A regular expression that we wrote ourselves compiles.
  made.matchers.push_back(*Matcher::make(std::string(label), op, std::move(value)));
  return made;
}

Selector Selector::with(const std::vector<Matcher>& more) const {
  Selector made = *this;
  made.matchers.insert(made.matchers.end(), more.begin(), more.end());
  return made;
}

std::string Selector::text() const {
  const bool bare = model::is_legacy_metric_name(name);
  std::string body = bare || name.empty() ? "" : model::quote(name);
  for (const Matcher& matcher : matchers) body += (body.empty() ? "" : ",") + matcher.to_string();
  return (bare ? name : "") + (body.empty() ? "" : "{" + body + "}");
}

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

Result<MadeIndicator> make_indicator(const PlacedSlo& placed, const Selectors& selectors, const SloRuleOptions& options,
                                     Diagnostics& warnings) {
  const Selector requests = of_service(selectors.requests, placed.slo, options);
  const Selector errors = selectors.errors.name.empty() ? requests.with(selectors.errors.matchers)
                                                        : of_service(selectors.errors, placed.slo, options);
  MadeIndicator made;
  if (placed.slo.sli == SliKind::success_rate) {
    made.service = service_of(placed, requests, options, warnings);
    made.indicator = of_errors(requests, errors);
    made.bad = "failed";
    return made;
  }
  const auto found = within_of(placed, options, warnings);
  if (!found) return failure(found.error());
  const Selector buckets = of_service(selectors.latency, placed.slo, options);
  made.service = service_of(placed, buckets, options, warnings);
  made.indicator = of_latency(buckets, *found);
  const Duration bound = found->share == 1 ? from_seconds(found->upper) : placed.slo.threshold;
  made.bad = "took longer than " + format_duration(bound);
  return made;
}

}  // namespace firedrill::incident
