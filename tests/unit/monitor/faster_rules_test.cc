// Rules for a Prometheus that goes by the machine's clock while the incident passes ten times as fast.
#include "monitor/speed/faster_rules.h"

#include <gtest/gtest.h>

#include "../alerting/promtool.h"
#include "../fake_services/shop.h"
#include "alerting/rules_yaml.h"
#include "base/text/format.h"
#include "monitor/prometheus/prometheus_files.h"
#include "promql/parse/parser.h"
#include "promql/parse/printer.h"
#include "yaml/document.h"

namespace firedrill::monitor {
namespace {

// The run stood at 1,000,000 s when the machine's clock stood at 2,000,000 s.
const RunTimes kTenfold{Time(1'000'000s), Time(2'000'000s), 10};

ConvertedExpression converted(std::string_view text, double speed = 10) {
  const auto parsed = promql::parse_text(text, {.version = promql::Version::v3});
  EXPECT_TRUE(parsed) << text;
  RunTimes times = kTenfold;
  times.speed = speed;
  return convert(**parsed, times, fake_services::scale_by_name);
}

std::string written(std::string_view text, double speed = 10) {
  return promql::print(*converted(text, speed).expression);
}

struct Case {
  std::string_view original;
  std::string_view written;
};

// Requests come as often as ever: windows shrink, and that is all.
constexpr Case kAsTheyAre[] = {
    {"up == 0", "up == 0"},
    {"rate(http_requests_total[5m])", "rate(http_requests_total[30s])"},
    {"irate(http_requests_total[1m] offset 5m)", "irate(http_requests_total[6s] offset 30s)"},
    {R"(sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.05)",
     R"(sum(rate(http_requests_total{code=~"5.."}[30s])) / sum(rate(http_requests_total[30s])) > 0.05)"},
    {"histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > 0.5",
     "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[30s]))) > 0.5"},
    {"max_over_time(connection_pool_in_use[10m]) > 5m", "max_over_time(connection_pool_in_use[1m]) > 5m"},
    {"count_over_time(up[5m]) < 3", "count_over_time(up[30s]) < 3"},
    {"increase(kube_pod_container_status_restarts_total[15m]) > 3",
     "increase(kube_pod_container_status_restarts_total[1m30s]) > 3"},
    {"changes(process_start_time_seconds[10m]) > 1", "changes(process_start_time_seconds[1m]) > 1"},
    {"avg_over_time((up == 0)[10m:1m])", "avg_over_time((up == 0)[1m:6s])"},
    {"absent(http_requests_total{service=\"web\"})", "absent(http_requests_total{service=\"web\"})"},
    {"x offset -10s", "x offset -1s"},
};

// What is taken otherwise, and what is said of it.
struct Told {
  std::string_view original;
  std::string_view written;
  std::string_view told;
};
constexpr Told kConverted[] = {
    {"increase(http_requests_total[5m]) > 100", "(increase(http_requests_total[30s]) * 10) > 100",
     "increase(http_requests_total[5m]) is multiplied by 10"},
    {"-http_requests_total ^ 2", "-(http_requests_total * 10) ^ 2", "http_requests_total is multiplied by 10"},
    {"sum(http_request_duration_seconds_sum offset 1m)", "sum((http_request_duration_seconds_sum offset 6s * 10))",
     "http_request_duration_seconds_sum offset 1m is multiplied by 10"},
    {"stdvar_over_time(http_requests_total[5m])", "(stdvar_over_time(http_requests_total[30s]) * 100)",
     "stdvar_over_time(http_requests_total[5m]) is multiplied by 100"},
    {"rate(kube_pod_container_status_restarts_total[5m]) > 0.01",
     "(rate(kube_pod_container_status_restarts_total[30s]) / 10) > 0.01",
     "rate(kube_pod_container_status_restarts_total[5m]) is divided by 10"},
    {"deriv(node_filesystem_avail_bytes[1h]) < 0", "(deriv(node_filesystem_avail_bytes[6m]) / 10) < 0",
     "deriv(node_filesystem_avail_bytes[1h]) is divided by 10"},
    {"rate(sum(http_requests_total)[5m:1m])", "(rate(sum((http_requests_total * 10))[30s:6s]) / 10)",
     "http_requests_total is multiplied by 10"},
    {"predict_linear(node_filesystem_avail_bytes[1h], 4 * 3600) < 0",
     "predict_linear(node_filesystem_avail_bytes[6m], (4 * 3600) / 10) < 0",
     "predict_linear(node_filesystem_avail_bytes[1h], 4 * 3600) looks ahead as far in the incident's time"},
    {"predict_linear(node_filesystem_avail_bytes[1h], 3600)", "predict_linear(node_filesystem_avail_bytes[6m], 360)",
     "predict_linear(node_filesystem_avail_bytes[1h], 3600) looks ahead as far in the incident's time"},
    {"time() - process_start_time_seconds < 30",
     "((time() - 2000000) * 10 + 1000000) - process_start_time_seconds < 30", "time() is the incident's"},
    {"hour() < 6", "hour(vector(((time() - 2000000) * 10 + 1000000))) < 6", "hour() goes by the incident's clock"},
    {"timestamp(http_requests_total)", "((timestamp(http_requests_total) - 2000000) * 10 + 1000000)",
     "timestamp(http_requests_total) is the incident's"},
    {"up @ 1000010", "up @ 2000001.000", "the moment behind @ is the incident's"},
    {"ALERTS_FOR_STATE", "((ALERTS_FOR_STATE - 2000000) * 10 + 1000000)", "ALERTS_FOR_STATE is the incident's instant"},
};

TEST(FasterRules, RatesAndRatiosOfRequestsAreWhatTheyAre) {
  for (const Case& each : kAsTheyAre) {
    const ConvertedExpression made = converted(each.original);
    EXPECT_EQ(promql::print(*made.expression), each.written);
    EXPECT_TRUE(made.converted.empty()) << each.original << ": " << made.converted.front();
    EXPECT_TRUE(made.refused.empty() && made.unwritable.empty()) << each.original;
    EXPECT_FALSE(made.reads_clock) << each.original;
  }
}

TEST(FasterRules, CountsInstantsAndSlopesAreTheIncidents) {
  for (const Told& each : kConverted) {
    const ConvertedExpression made = converted(each.original);
    EXPECT_EQ(promql::print(*made.expression), each.written);
    ASSERT_FALSE(made.converted.empty()) << each.original;
    EXPECT_EQ(made.converted.front(), each.told);
    EXPECT_TRUE(made.refused.empty() && made.unwritable.empty()) << each.original;
    EXPECT_TRUE(promql::parse_text(promql::print(*made.expression), {.version = promql::Version::v3})) << each.written;
  }
  EXPECT_TRUE(converted("hour() < 6").reads_clock);
  EXPECT_FALSE(converted("increase(http_requests_total[5m])").reads_clock);
}

TEST(FasterRules, SlowerIsTheOtherWayRound) {
  EXPECT_EQ(written("increase(http_requests_total[5m])", 0.5), "(increase(http_requests_total[10m]) / 2)");
}

TEST(FasterRules, WhatCannotBeIsNamed) {
  const auto refused = converted("queue_messages > 1000").refused;
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0], "queue_messages fills by requests for as long as the incident lasts, and that is shorter then");
  for (const char* by_chance :
       {"changes(http_requests_total[5m])", "changes(rate(http_requests_total[1m])[5m:])",
        "resets(rate(http_requests_total[1m])[5m:])", "max_over_time((rate(http_requests_total[1m]) > 0)[5m:])",
        "sum_over_time((rate(http_requests_total[1m]) > bool 0)[5m:])"}) {
    EXPECT_EQ(converted(by_chance).refused.size(), 1U) << by_chance;
  }
  for (const char* as_ever : {"resets(http_requests_total[5m])", "count_over_time(http_requests_total[5m])",
                              "changes(connection_pool_max[5m])", "max_over_time((up > 0)[5m:])"}) {
    EXPECT_TRUE(converted(as_ever).refused.empty()) << as_ever;
  }
  const auto nameless = converted(R"(sum({job="web"}))").unwritable;
  ASSERT_EQ(nameless.size(), 1U);
  EXPECT_EQ(nameless[0], R"({job="web"} names no metric, so that it is not known whether it counts requests)");
  EXPECT_FALSE(converted(R"(count by (__name__) (http_requests_total))").unwritable.empty());
  EXPECT_TRUE(converted(R"(count by (__name__) (up))").unwritable.empty());
}

// What is scraped is multiplied, and rules are rewritten, by the same table: it has to know all that the world exposes.
TEST(FasterRules, TheWorldsMetricsAreDeclared) {
  const fake_services::World world(fake_services::shop_world());
  for (const fake_services::Target& target : world.targets()) {
    for (const model::SeriesInfo& series : target.series) {
      const auto scale = fake_services::declared_scale(series.labels.metric_name());
      ASSERT_TRUE(scale) << series.labels.to_string();
      if (target.kind != fake_services::TargetKind::replica) continue;
      const bool counts = series.type == model::MetricType::counter || series.type == model::MetricType::histogram;
      EXPECT_EQ(*scale == fake_services::MetricScale::request_count, counts) << series.labels.to_string();
    }
  }
  EXPECT_EQ(fake_services::declared_scale("kube_pod_container_status_restarts_total"),
            fake_services::MetricScale::incident);
  EXPECT_EQ(fake_services::declared_scale("myapp_jobs_total"), std::nullopt);
  EXPECT_EQ(fake_services::scale_by_name("myapp_jobs_total"), fake_services::MetricScale::request_count);
  EXPECT_EQ(fake_services::scale_by_name("myapp_jobs_running"), fake_services::MetricScale::request_level);
}

// What two programs of the user's own expose, as they say it; beside processes of firedrill's.
scenario::LoadedScenario with_programs() {
  using model::MetricType;
  scenario::LoadedScenario scenario;
  scenario.exposed = {{.job = "own",
                       .series = {{"orders", MetricType::counter},
                                  {"open_total", MetricType::gauge},
                                  {"taken_total", MetricType::unknown},
                                  {"weight", MetricType::unknown},
                                  {"size", MetricType::summary},
                                  {"size_sum", MetricType::summary},
                                  {"http_request_duration_seconds", MetricType::summary},
                                  {"jobs", MetricType::counter},
                                  {"active_connections", MetricType::counter},
                                  {"process_start_time_seconds", MetricType::gauge},
                                  {"paid_timestamp_seconds", MetricType::gauge}}},
                      {.job = "other", .series = {{"jobs", MetricType::gauge}, {"orders", MetricType::counter}}}};
  return scenario;
}

TEST(FasterRules, ProgramsAreTakenAsTheySay) {
  const scenario::LoadedScenario scenario = with_programs();
  const ScaleOfName scale_of = scales_in(scenario);
  const auto made = [&](std::string_view text) {
    return convert(**promql::parse_text(text, {.version = promql::Version::v3}), kTenfold, scale_of);
  };
  const Case cases[] = {
      {"orders", "(orders * 10)"},
      {"increase(orders[1m])", "(increase(orders[6s]) * 10)"},
      {"rate(orders[1m])", "rate(orders[6s])"},
      {"open_total", "open_total"},
      {"deriv(open_total[1m])", "(deriv(open_total[6s]) / 10)"},
      {"taken_total", "(taken_total * 10)"},
      {"weight", "weight"},
      {"size", "size"},
      {"size_sum", "(size_sum * 10)"},
      {"http_request_duration_seconds{quantile=\"0.9\"}", "http_request_duration_seconds{quantile=\"0.9\"}"},
      {"http_request_duration_seconds_sum", "(http_request_duration_seconds_sum * 10)"},
      // Not seen: by its name.
      {"later_total", "(later_total * 10)"},
      {"later", "later"},
      {"process_start_time_seconds",
       "(((process_start_time_seconds{job=\"own\"} - 2000000) * 10 + 1000000) or process_start_time_seconds)"},
      {"paid_timestamp_seconds{job=~\"own|x\"}",
       "(((paid_timestamp_seconds{job=~\"own|x\",job=\"own\"} - 2000000) * 10 + 1000000) or "
       "paid_timestamp_seconds{job=~\"own|x\"})"},
      {"process_start_time_seconds{job=\"web\"}", "process_start_time_seconds{job=\"web\"}"},
      {"changes(process_start_time_seconds[10m])", "changes(process_start_time_seconds[1m])"},
  };
  for (const Case& each : cases) {
    const ConvertedExpression expression = made(each.original);
    EXPECT_EQ(promql::print(*expression.expression), each.written);
    EXPECT_TRUE(expression.refused.empty() && expression.unwritable.empty()) << each.original;
    EXPECT_TRUE(promql::parse_text(each.written, {.version = promql::Version::v3})) << each.written;
  }
  for (const char* disputed : {"jobs", "increase(jobs[5m])", "active_connections"}) {
    ASSERT_EQ(made(disputed).unwritable.size(), 1U) << disputed;
    EXPECT_TRUE(made(disputed).unwritable.front().ends_with(
        "counts requests for some of those that expose it, and is a level of others"));
  }
  EXPECT_EQ(made("max_over_time(process_start_time_seconds[10m])").unwritable.size(), 1U);
}

// Of what is there to be asked, and has not been, a check cannot say; what has nothing to say goes by its name.
TEST(FasterRules, ProgramsThatWereNotAskedAreSaid) {
  scenario::LoadedScenario scenario;
  scenario.topology.services.emplace_back().program.emplace();
  EXPECT_TRUE(scales_in(scenario)("orders_total").guessed);
  EXPECT_FALSE(scales_in(scenario)("http_requests_total").guessed);
  scenario.exposed.emplace();
  EXPECT_FALSE(scales_in(scenario)("orders_total").guessed);
  EXPECT_EQ(scales_in(scenario)("orders_total").is, fake_services::MetricScale::request_count);
}

constexpr std::string_view kRules = R"(
groups:
  - name: web
    interval: 20s
    query_offset: 10s
    labels: {team: shop}
    rules:
      - {record: web:requests:count, expr: 'sum(increase(http_requests_total[1m]))'}
      - alert: Busy
        expr: web:requests:count > 1000 and on () hour() < 6
        for: 5m
        keep_firing_for: 1m
        labels: {severity: critical}
        annotations: {summary: '{{ $value }} requests'}
)";
constexpr std::string_view kWritten =
    R"~({"groups": [{"name": "web", "rules": [{"record": "web:requests:count", )~"
    R"~("expr": "sum((increase(http_requests_total[6s]) * 10))", "labels": {"team": "shop"}},)~"
    "\n"
    R"~({"alert": "Busy", "expr": "web:requests:count > 1000 and on () )~"
    R"~(hour(vector(((time() - 2000000) * 10 + 1000000))) < 6", "for": "30000ms", "keep_firing_for": "6000ms", )~"
    R"~("labels": {"severity": "critical", "team": "shop"}, "annotations": {"summary": "{{ $value }} requests"}}], )~"
    R"~("interval": "2000ms", "query_offset": "1000ms"}]})~"
    "\n";

alerting::RuleFile rule_file(std::string_view text) {
  Diagnostics found;
  const auto document =
      yaml::parse_as(alerting::kRuleForm, make_source("rules.yaml", std::string(text)), yaml::Dialect::strict, found);
  EXPECT_NE(document, nullptr);
  alerting::RuleFile file = alerting::decode_rule_file(*document, {}, found);
  EXPECT_FALSE(has_errors(found)) << render(found);
  file.source = document->source();
  return file;
}

TEST(FasterRules, AFileIsWrittenAnew) {
  scenario::LoadedScenario scenario;
  scenario.rule_files.push_back(rule_file(kRules));
  const auto made = rule_files_for(scenario, kTenfold);
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0].text, kWritten);
  EXPECT_EQ(rule_files_for(scenario, {})[0].text, scenario.rule_files[0].source->text);
}

TEST(FasterRules, PromtoolTakesThem) {
  const alerting::Promtool promtool("faster-rules");
  using alerting::Promtool;
  FIREDRILL_NEED_PROMTOOL(promtool);
  std::string text = "groups:\n  - name: all\n    rules:\n";
  std::size_t count = 0;
  const auto add = [&](std::string_view original) {
    text += format("      - {{record: 'r:{}', expr: {}}}\n", count++, in_quotes(written(original)));
  };
  for (const Case& each : kAsTheyAre) add(each.original);
  for (const Told& each : kConverted) add(each.original);
  promtool.write("rules.yaml", text);
  promtool.write("written.json", std::string(kWritten));
  const std::string said = promtool.run("check rules --lint=none rules.yaml written.json");
  EXPECT_EQ(said.find("FAILED"), std::string::npos) << said;
  EXPECT_NE(said.find(format("SUCCESS: {} rules found", count)), std::string::npos) << said;
  EXPECT_NE(said.find("SUCCESS: 2 rules found"), std::string::npos) << said;
}

}  // namespace
}  // namespace firedrill::monitor
