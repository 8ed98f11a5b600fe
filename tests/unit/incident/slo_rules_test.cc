// The burn-rate rules as they are written, read back as rule files are, and evaluated over synthetic productions.
#include "incident/slo/slo_rules.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "alerting/rules_yaml.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "incident/slo/burn_alerts.h"
#include "promql/engine.h"
#include "synthetic_traffic.h"

namespace firedrill::incident {
namespace {

using record::Slo;
using yaml::Document;

Slo availability(double objective = 0.999, Duration window = 30 * 24h) {
  Slo slo;
  slo.name = "API Availability";
  slo.service = "web";
  slo.objective = objective;
  slo.window = window;
  return slo;
}

Slo latency(Duration threshold = 500ms) {
  Slo slo;
  slo.name = "API Latency";
  slo.service = "web";
  slo.sli = record::SliKind::latency;
  slo.sli_name = "p95_latency";
  slo.objective = 0.95;
  slo.threshold = threshold;
  return slo;
}

struct Written {
  std::string text;
  std::string told;  // errors and warnings, one a line
};

Written write(const std::vector<Slo>& slos, const SloRuleOptions& options = {}) {
  std::vector<PlacedSlo> placed;
  for (const Slo& slo : slos) placed.push_back({slo, {}});
  Diagnostics found;
  const auto text = slo_rules(placed, options, found);
  if (!text) found.insert(found.end(), text.error().begin(), text.error().end());
  Written written{text.value_or(""), ""};
  for (const Diagnostic& d : found) written.told += d.what + (d.remedy.empty() ? "" : " = " + d.remedy) + "\n";
  return written;
}

alerting::RuleFile read_back(const std::string& text) {
  Diagnostics found;
  const auto document = Document::parse(make_source("rules.yaml", text), found);
  alerting::RuleFile file;
  if (document != nullptr) file = alerting::decode_rule_file(*document, {}, found);
  EXPECT_TRUE(found.empty()) << render(found) << text;
  return file;
}

std::string text_of(const std::vector<alerting::NamedText>& texts, std::string_view name) {
  for (const auto& entry : texts) {
    if (entry.name == name) return entry.text.value;
  }
  return "";
}

// Evaluates the rules as Prometheus would, one after the other at each step, and tells when each alert first held; none
// of them has a `for`.
std::map<std::string, Time> first_firing(const alerting::RuleFile& file, synthetic::Production& made, Time from,
                                         Duration step) {
  std::map<std::string, Time> fired;
  for (const alerting::RuleGroup& group : file.groups) {
    std::vector<promql::Query> queries;
    std::vector<promql::SeriesRef> recorded;
    for (const alerting::Rule& rule : group.rules) {
      queries.emplace_back(rule.expression, made.store, promql::Options{});
      std::vector<model::Label> labels{{"__name__", rule.name()}};
      for (const auto& label : rule.labels) labels.push_back({label.name, label.text.value});
      recorded.push_back(rule.alerting() ? 0 : made.store.series(model::Labels::from(labels)));
    }
    for (Time t = from; t <= made.end; t += step) {
      for (std::size_t i = 0; i < queries.size(); ++i) {
        const auto rows = queries[i].rows_at(t);
        EXPECT_TRUE(rows) << rows.error();
        if (!rows || rows->empty()) continue;
        if (group.rules[i].alerting()) {
          fired.emplace(group.rules[i].name(), t);
        } else {
          made.store.append(recorded[i], t, rows->front().value);
        }
      }
    }
  }
  return fired;
}

constexpr Duration kScrape = 15s;
constexpr Duration kEvaluation = 15s;
constexpr Duration kBefore = 73h;  // faultless time before the fault: longer than the longest window

// How long a share of failed requests that begins at once, after none, takes until the budget burns faster than
// `factor` over the window: (1 − objective) ÷ error ratio × window × factor. Nothing if it never does.
std::optional<Duration> detection_time(const Slo& slo, Duration window, double factor, double error_ratio) {
  const double allowed = (1 - slo.objective) * factor;
  if (!(error_ratio > allowed)) return std::nullopt;
  return from_seconds(allowed / error_ratio * to_seconds(window));
}

// The soonest of the conditions that page, or make a ticket, by the formula.
std::optional<Duration> by_formula(const Slo& slo, bool page, double ratio) {
  std::optional<Duration> soonest;
  for (const BurnCondition& c : burn_conditions(slo)) {
    if (c.page != page) continue;
    const auto time = detection_time(slo, c.long_window, c.factor, ratio);
    if (time && (!soonest || *time < *soonest)) soonest = time;
  }
  return soonest;
}

struct Fault {
  Slo slo;
  double ratio;      // of bad requests, from the fault on
  Duration watched;  // since the fault
  Duration scrape = kScrape;
};

class Detection : public testing::TestWithParam<Fault> {};

TEST_P(Detection, TakesAsLongAsTheFormulaSays) {
  const Fault& fault = GetParam();
  const auto onset = static_cast<std::size_t>(kBefore / 1min);
  auto made = synthetic::production(onset + static_cast<std::size_t>(fault.watched / 1min), fault.scrape,
                                    [&](std::size_t minute) { return minute >= onset ? fault.ratio : 0; });
  const Duration step = std::max(kEvaluation, fault.scrape);
  const auto fired = first_firing(read_back(write({fault.slo}).text), made, made.start + kBefore - 5min, step);
  for (const auto& [name, page] : {std::pair{kFastBurnAlert, true}, {kSlowBurnAlert, false}}) {
    const auto expected = by_formula(fault.slo, page, fault.ratio);
    const auto found = fired.find(name);
    if (!expected || *expected > fault.watched) {
      EXPECT_TRUE(found == fired.end()) << name << " fired after "
                                        << describe_duration(found->second - made.start - kBefore);
      continue;
    }
    ASSERT_TRUE(found != fired.end()) << name << " was to fire after " << describe_duration(*expected);
    const Duration took = found->second - made.start - kBefore;
    // A range is open on the left and so misses one scrape's increase: sooner by that share, later by the steps.
    EXPECT_GE(took, *expected - fault.scrape) << name;
    EXPECT_LE(took, *expected + fault.scrape + step) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Faults, Detection,
    testing::Values(Fault{availability(), 1, 10min},               // 51.8 s and 259.2 s
                    Fault{availability(), 0.1, 50min},             // 8 m 38 s and 43 m 12 s
                    Fault{availability(), 0.01, 8h, 1min},         // by 6 × over 6 h after 3 h 36 m; 7 h 12 m
                    Fault{availability(), 0.002, 40h, 1min},       // a ticket only, by 1 × over 3 d after 36 h
                    Fault{availability(), 0.0009, 40h, 1min},      // slower than the budget allows: nothing
                    Fault{availability(0.99, 7 * 24h), 1, 30min},  // another window, other factors
                    Fault{latency(), 1, 4h, 1min}));               // 43 m 12 s and 3 h 36 m

TEST(SloRules, AnAlertEndsSoonAfterItsCause) {
  const auto onset = static_cast<std::size_t>(kBefore / 1min);
  auto made = synthetic::production(onset + 45, kScrape,
                                    [&](std::size_t minute) { return minute >= onset && minute < onset + 10 ? 1 : 0; });
  const alerting::RuleFile file = read_back(write({availability()}).text);
  first_firing(file, made, made.start + kBefore - 5min, kEvaluation);
  const auto fast = [&](Duration after) {
    for (const alerting::Rule& rule : file.groups[0].rules) {
      if (rule.name() != kFastBurnAlert) continue;
      return !promql::Query(rule.expression, made.store, {}).rows_at(made.start + kBefore + after)->empty();
    }
    return false;
  };
  EXPECT_TRUE(fast(10min));
  // The 14.4 × over 5 m ends when they are clean; the 6 × over 30 m goes on until then.
  EXPECT_TRUE(fast(16min));
  EXPECT_TRUE(fast(39min));
  EXPECT_FALSE(fast(41min));
}

TEST(SloRules, AreWhatTheOptionsSay) {
  SloRuleOptions options;
  options.requests = "requests{env=\"prod\"}";
  options.errors = "{status!~\"2..\"}";
  options.service_label = "app";
  options.page = "critical";
  options.runbooks = "https://example.org/rb";
  const alerting::RuleFile file = read_back(write({availability()}, options).text);
  ASSERT_EQ(file.groups.size(), 1U);
  EXPECT_EQ(file.groups[0].name.value, "slo API Availability");
  ASSERT_EQ(file.groups[0].rules.size(), 9U);
  const alerting::Rule& first = file.groups[0].rules.front();
  EXPECT_EQ(first.name(), "slo:sli_error:ratio_rate5m");
  EXPECT_EQ(first.expr.value,
            "(sum(rate(requests{app=\"web\",env=\"prod\",status!~\"2..\"}[5m])) or vector(0))\n/\n"
            "sum(rate(requests{app=\"web\",env=\"prod\"}[5m]))");
  EXPECT_EQ(text_of(first.labels, "service"), "web");
  EXPECT_EQ(text_of(first.labels, "slo"), "API Availability");
  const alerting::Rule& fast = file.groups[0].rules[7];
  EXPECT_EQ(fast.name(), kFastBurnAlert);
  EXPECT_EQ(text_of(fast.labels, "severity"), "critical");
  EXPECT_EQ(text_of(fast.annotations, "runbook"), "https://example.org/rb/slo-fast-burn");
  EXPECT_EQ(text_of(fast.annotations, "description"),
            "The budget burns more than 14.4 times too fast over 1h and 5m, or more than 6 times too fast over 6h and "
            "30m; 99.9 % of the requests of 30d are to be good.");
}

TEST(SloRules, ReadAnotherMetricForErrors) {
  SloRuleOptions options;
  options.errors = "http_errors_total";
  EXPECT_NE(write({availability()}, options).text.find("rate(http_errors_total{service=\"web\"}[5m])"),
            std::string::npos);
}

TEST(SloRules, OfALatencyReadTheBucketOfItsThreshold) {
  const auto first = [](Duration threshold) {
    return read_back(write({latency(threshold)}).text).groups[0].rules.front().expr.value;
  };
  EXPECT_EQ(first(500ms),
            "1 -\nsum(rate(http_request_duration_seconds_bucket{service=\"web\",le=\"0.5\"}[5m]))\n/\n"
            "sum(rate(http_request_duration_seconds_bucket{service=\"web\",le=\"+Inf\"}[5m]))");
  // Prometheus 2 keeps the 1 of a client library, Prometheus 3 makes it 1.0.
  EXPECT_NE(first(1s).find("le=~\"1|1[.]0\""), std::string::npos);
}

// The seed's own: 95 % within 200 ms, where usual histograms have buckets for 100 and 250 ms.
TEST(SloRules, SpreadRequestsBetweenTwoBoundsAsHistogramQuantileDoes) {
  const Written written = write({latency(200ms)});
  EXPECT_EQ(written.told,
            "the histogram has no bucket for 200ms, the threshold of 'API Latency': requests between 100ms and 250ms "
            "are taken to be spread evenly = give the histogram a bucket for it, or state its bounds (--bounds)\n");
  EXPECT_EQ(read_back(written.text).groups[0].rules.front().expr.value,
            "1 -\n(\n  0.333333333333 * "
            "sum(rate(http_request_duration_seconds_bucket{service=\"web\",le=\"0.1\"}[5m]))\n  +\n  0.666666666667 * "
            "sum(rate(http_request_duration_seconds_bucket{service=\"web\",le=\"0.25\"}[5m]))\n)\n/\n"
            "sum(rate(http_request_duration_seconds_bucket{service=\"web\",le=\"+Inf\"}[5m]))");
  EXPECT_NE(written.text.find("took longer than 200ms"), std::string::npos);
  EXPECT_NE(write({latency(4ms)}).text.find("0.8 * sum(rate("), std::string::npos) << "below the first bound";
}

TEST(SloRules, SayWhatCannotBe) {
  EXPECT_EQ(write({latency(20s)}).told,
            "the histogram has no bucket for 20s, the threshold of 'API Latency', nor above it = the nearest is 10s: "
            "change the target, state the histogram's bounds (--bounds) or take the nearest (--nearest-bound)\n");
  const Written minute = write({availability(0.999, 1min)});
  EXPECT_EQ(minute.told,
            "'API Availability' counts over 1m, less than any of the alerts looks back over: it gets no rules = its "
            "window is usually 30d; the shortest alert looks back over 1h\n");
  EXPECT_NE(minute.text.find("groups: []"), std::string::npos);
  SloRuleOptions nearest;
  nearest.nearest_bound = true;
  EXPECT_EQ(
      write({latency(200ms)}, nearest).told,
      "'API Latency' is watched by requests within 250ms instead of 200ms = give the histogram a bucket for it\n");
  SloRuleOptions bounds;
  bounds.bounds = {0.1, 0.2, 0.4};
  EXPECT_EQ(write({latency(200ms)}, bounds).told, "");
  EXPECT_EQ(write({availability(0.9)}).told,
            "even a total outage burns the budget of 'API Availability' only 10 times too fast: no alert asks for 14.4 "
            "times over 1h = nothing to mend, unless the objective ought to be stricter\n");
  Slo nobody = availability();
  nobody.service.clear();
  EXPECT_EQ(write({nobody}).told,
            "'API Availability' names no service, so the requests of all services count = add `service:` to it, or say "
            "in the selector which requests count\n");
  SloRuleOptions said;
  said.requests = "http_requests_total{service=\"web\"}";
  EXPECT_EQ(write({nobody}, said).told, "");
  SloRuleOptions wrong;
  wrong.requests = "rate(x[5m])";
  wrong.errors = "{code=~\"5..\"";
  EXPECT_EQ(write({availability()}, wrong).told,
            "'rate(x[5m])' is not a selector = expected a metric's name, with matchers in braces where needed\n"
            "unexpected end of input inside braces = the expression stops too early; complete it\n");
}

// A name that YAML, PromQL and templates would each read as something else.
Slo awkward() {
  Slo slo = availability();
  slo.name = "it's: {{ 99.9 % }} \"\\ # of\nall";
  return slo;
}

TEST(SloRules, QuoteAwkwardNames) {
  const alerting::RuleFile file = read_back(write({awkward()}).text);
  ASSERT_EQ(file.groups.size(), 1U);
  EXPECT_EQ(file.groups[0].name.value, "slo " + awkward().name);
  EXPECT_EQ(text_of(file.groups[0].rules.front().labels, "slo"), awkward().name);
  EXPECT_EQ(text_of(file.groups[0].rules.back().labels, "slo"), "it's: {{ \"{{\" }} 99.9 % }} \"\\ # of\nall");
}

TEST(SloRules, AreAcceptedByPromtool) {
  namespace fs = std::filesystem;
  std::vector<std::string> programs;
  const char* home = std::getenv("HOME");
  for (const fs::path& path : {fs::path("/usr/bin/promtool"),
                               fs::path(home == nullptr ? "" : home) / ".cache/firedrill-oracle/usr/bin/promtool"}) {
    if (fs::exists(path)) programs.push_back(path.string());
  }
  if (programs.empty()) GTEST_SKIP() << "promtool is not installed";
  const fs::path file = fs::path(testing::TempDir()) / "slo_rules.yaml";
  Slo latency_of_second = latency(1s);
  latency_of_second.name = "Slow pages";
  Slo of_seed = latency(200ms);
  of_seed.name = "Between two buckets";
  std::ofstream(file) << write({availability(), latency(), of_seed, latency_of_second, awkward()}).text;
  for (const std::string& program : programs) {
    EXPECT_EQ(
        std::system(format("'{}' check rules '{}' > '{}.out' 2>&1", program, file.string(), file.string()).c_str()), 0)
        << program << "\n"
        << std::ifstream(file.string() + ".out").rdbuf();
  }
}

}  // namespace
}  // namespace firedrill::incident
