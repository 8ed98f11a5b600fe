#include "scenario/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "alerting/rules_yaml.h"
#include "base/files/files.h"
#include "base/hash.h"
#include "base/text/format.h"
#include "scenario/check.h"

namespace firedrill::scenario {
namespace {

using yaml::Dialect;
using yaml::Document;

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const fs::path kSource = FIREDRILL_SOURCE_DIR;
const fs::path kSeed = kSource / "../shared/seed/observability-and-incident-management.md";

// A repository that is gone afterwards.
class Workshop : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "firedrill-load-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
    fs::create_directory(root_ / ".git");
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  void write(const std::string& path, const std::string& text) { ASSERT_TRUE(write_file(root_ / path, text)); }
  LoadedScenario load(const std::string& path) {
    auto loaded = load_scenario(root_ / path);
    EXPECT_TRUE(loaded.has_value()) << render(loaded.error());
    return loaded ? *std::move(loaded) : LoadedScenario{};
  }

  fs::path root_;
};

constexpr std::string_view kTopology = R"(services:
  web:
    replicas: 2
    traffic: {requests_per_second: 50}
    dependencies: {db: {pool: {size: 4}}}
    readinessProbe:
      httpGet: {path: /health/ready, port: 8080, httpHeaders: [{name: X-A, value: b}]}
      periodSeconds: 5
  db:
    latency: {distribution: lognormal, p50: 2ms, p99: 20ms}
)";

TEST_F(Workshop, ReadsPrometheusConfiguration) {
  write("topologies/shop.yaml", std::string(kTopology));
  write("monitoring/rules/a.yaml", "groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]\n");
  write("monitoring/prometheus.yml", R"(global:
  scrape_interval: 15s
  evaluation_interval: 30s
  rule_query_offset: 10s
  external_labels: {cluster: eu1}
  sample_limit: 5000
  label_limit: 30
rule_files: [rules/*.yaml]
scrape_configs:
  - job_name: web
    scrape_interval: 5s
    sample_limit: 200
    body_size_limit: 1MB
    kubernetes_sd_configs: [{role: pod}]
    metric_relabel_configs: [{source_labels: [__name__], regex: go_.*, action: drop}]
  - {job_name: elsewhere}
alerting:
  alert_relabel_configs: [{action: labeldrop, regex: replica}]
  alertmanagers: [{static_configs: [{targets: [am]}]}]
)");
  write("drill/scenario.yaml", R"(version: 1
name: drill
start: 2026-03-03T13:30:00Z
duration: 30m
topology: ../topologies/shop.yaml
prometheus: {config_file: ../monitoring/prometheus.yml, scrape_phase: aligned, external_url: "http://prometheus.example"}
)");
  const LoadedScenario loaded = load("drill");
  const PrometheusSettings& settings = loaded.scenario.prometheus;
  EXPECT_EQ(settings.scrape_interval, 15s);
  EXPECT_EQ(settings.scrape_timeout, 10s);
  EXPECT_EQ(settings.evaluation_interval, 30s);
  EXPECT_EQ(settings.query_offset, 10s);
  EXPECT_EQ(settings.external_labels.get("cluster"), "eu1");
  EXPECT_EQ(settings.scrape_phase, ScrapePhase::aligned);
  EXPECT_EQ(settings.external_url, "http://prometheus.example");
  ASSERT_THAT(settings.jobs, SizeIs(2));
  EXPECT_EQ(settings.jobs[0].scrape_interval, 5s);
  EXPECT_EQ(settings.jobs[0].scrape_timeout, 5s);
  EXPECT_THAT(settings.jobs[0].metric_relabel, SizeIs(1));
  EXPECT_THAT(settings.alert_relabel, SizeIs(1));
  ASSERT_THAT(loaded.rule_files, SizeIs(1));
  EXPECT_EQ(settings.jobs[0].limits.samples, 200);
  EXPECT_EQ(settings.jobs[0].limits.labels, 30);
  EXPECT_EQ(settings.jobs[1].limits.samples, 5000);
  EXPECT_EQ(settings.limits.samples, 5000);
  ASSERT_THAT(loaded.warnings, SizeIs(2));
  EXPECT_EQ(loaded.warnings[0].what,
            "scrapes are not simulated byte by byte, so that none fails for a 'body_size_limit' of 1MB");
  EXPECT_EQ(loaded.warnings[1].what, "no target of the topology has the job 'elsewhere'");
}

TEST_F(Workshop, ReadsEverythingThatAScenarioNames) {
  write("topologies/shop.yaml", std::string(kTopology));
  write("drill/rules/a.yaml", "groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]\n");
  write("drill/slos.yaml", "slos: [{name: A, sli: success_rate, target: 99.9%}]\nqueries: {q: sum(up)}\n");
  write("drill/scenario.yaml", R"(version: 1
name: drill
summary: A drill.
tags: [database]
start: 2026-03-03T13:30:00+01:00
warmup: 30m
duration: 1h
topology: ../topologies/shop.yaml
overrides:
  web: {replicas: 4, dependencies: {db: {request_timeout: 2s}}}
prometheus:
  scrape_interval: 5s
  scrape_phase: aligned
  external_labels: {cluster: eu1}
  rule_files: [rules/*.yaml]
slo_files: [slos.yaml]
metrics:
  - {name: orders, service: web, value: {baseline: 40}, under: {db-down: {rise_per_minute: 3}}}
faults:
  - {id: db-down, kind: http_error, target: {service: db}, at: 10m, duration: 5m, probability: 50%, match: {path: /}}
incidents:
  - {id: outage, faults: [db-down], slo: A}
expectations:
  - {id: quiet, kind: no_other_alerts}
severity: {p1: {error_rate: 20%}}
)");
  const LoadedScenario loaded = load("drill");
  EXPECT_EQ(loaded.scenario.name, "drill");
  EXPECT_EQ(format_instant(loaded.scenario.start), "2026-03-03T12:30:00.000Z");
  EXPECT_EQ(loaded.scenario.prometheus.scrape_interval, Duration(5s));
  EXPECT_EQ(loaded.scenario.prometheus.scrape_timeout, Duration(5s)) << "never longer than the interval";
  EXPECT_EQ(loaded.scenario.prometheus.scrape_phase, ScrapePhase::aligned);
  const auto* web = loaded.topology.find("web");
  ASSERT_NE(web, nullptr);
  EXPECT_EQ(web->replicas, 4);
  EXPECT_EQ(web->dependencies.at(0).pool.size, 4) << "an override keeps what it does not name";
  EXPECT_EQ(web->dependencies.at(0).request_timeout, Duration(2s));
  ASSERT_TRUE(web->readiness_probe.has_value());
  EXPECT_EQ(web->readiness_probe->http_get->headers.at("X-A"), "b");
  EXPECT_EQ(web->readiness_probe->period_seconds, 5);
  EXPECT_EQ(web->readiness_probe->failure_threshold, 3);
  ASSERT_THAT(loaded.faults, SizeIs(1));
  EXPECT_DOUBLE_EQ(loaded.faults[0].probability, 0.5);
  EXPECT_EQ(loaded.faults[0].match.path, "/");
  EXPECT_EQ(loaded.scenario.faults.at(0).parameters.duration("at"), Duration(10min));
  EXPECT_DOUBLE_EQ(loaded.metrics.at(0).under.at("db-down").rise_per_minute, 3);
  EXPECT_EQ(loaded.declared.incidents.at(0).faults, std::vector<std::string>{"db-down"});
  EXPECT_EQ(loaded.declared.slos.at(0).name, "A");
  EXPECT_EQ(loaded.declared.severity.p1.error_rate_over, 0.2);
  EXPECT_EQ(loaded.declared.queries.at(0).name, "q");
  EXPECT_THAT(loaded.warnings, IsEmpty());
  std::vector<std::string> names;
  for (const InputFile& input : loaded.inputs) {
    names.push_back(input.name);
    EXPECT_EQ(input.sha256, sha256_hex(input.source->text));
  }
  EXPECT_THAT(names, ElementsAre("../topologies/shop.yaml", "rules/a.yaml", "scenario.yaml", "slos.yaml"));
}

TEST_F(Workshop, ReadsRulesAsTheirPrometheusDoes) {
  write("t.yaml", std::string(kTopology));
  write("drill/h.yaml", "groups: [{name: h, rules: [{record: r, expr: 'holt_winters(m[5m], 0.5, 0.5)'}]}]\n");
  const auto scenario = [](const std::string& rules) {
    return "{version: 1, name: drill, start: 2026-03-03T13:30:00Z, duration: 1h, topology: ../t.yaml, prometheus: "
           "{rule_files: [" +
           rules + "]}}\n";
  };
  write("drill/scenario.yaml", scenario("h.yaml"));
  EXPECT_FALSE(load_scenario(root_ / "drill"));
  EXPECT_TRUE(load_scenario(root_ / "drill", promql::Version::v2)) << "a function that 3 has no more";
  write("drill/h.yaml", "groups: [{name: h, rules: [{record: r, expr: 'sum_over_time(m[300])'}]}]\n");
  EXPECT_TRUE(load_scenario(root_ / "drill"));
  EXPECT_FALSE(load_scenario(root_ / "drill", promql::Version::v2)) << "a duration without a unit";
}

TEST_F(Workshop, TakesTheFileForItsFolder) {
  write("t.yaml", std::string(kTopology));
  write("drill/scenario.yaml",
        "{version: 1, name: drill, start: 2026-03-03T13:30:00Z, duration: 1h, topology: ../t.yaml}\n");
  EXPECT_EQ(load("drill/scenario.yaml").scenario.name, "drill");
  fs::current_path(root_ / "drill");
  EXPECT_TRUE(load_scenario("scenario.yaml").has_value());
  EXPECT_TRUE(load_scenario(".").has_value());
  fs::current_path("/");
}

TEST_F(Workshop, PatternsThatMeetReadAFileOnce) {
  write("t.yaml", std::string(kTopology));
  write("drill/r1.yaml", "groups: []\n");
  write("drill/[r]*.yaml", "groups: []\n");
  write("drill/scenario.yaml",
        "{version: 1, name: drill, start: 2026-03-03T13:30:00Z, duration: 1h, topology: ../t.yaml,\n"
        " prometheus: {rule_files: [r1.yaml, '*1.yaml', './r?.yaml']}}\n");
  EXPECT_THAT(load("drill").rule_files, SizeIs(1));
}

TEST_F(Workshop, ChecksEachKindOfFileByItsContent) {
  write("a/topology.yaml", std::string(kTopology));
  write("a/rules.yml", "groups: []\n");
  write("a/slos.yaml", "slos: [{name: A, sli: success_rate, target: 2}]\n");
  write("a/.hidden.yaml", "nonsense\n");
  write("a/notes.txt", "nonsense\n");
  const Diagnostics found = check_path(root_ / "a");
  EXPECT_THAT(render(found), HasSubstr("rules.yml:1:1: warning: the file has no rule groups"));
  EXPECT_THAT(render(found), HasSubstr("slos.yaml:1:"));
  EXPECT_THAT(found, SizeIs(2));
}

TEST_F(Workshop, FindsScenariosTwoLevelsDeep) {
  write("b/scenario.yaml", "summary: second\n");
  write("a/x/scenario.yaml", "summary: first\n");
  write("a/x/y/scenario.yaml", "summary: too deep\n");
  write("c/scenario.yaml", "\t broken: [\n");
  const auto found = find_scenarios(root_);
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_EQ(found[0].summary, "first");
  EXPECT_EQ(found[1].summary, "second");
  EXPECT_EQ(found[2].summary, "");
}

TEST(ShippedScenarios, Load) {
  const auto found = find_scenarios(kSource / "scenarios");
  ASSERT_FALSE(found.empty());
  for (const FoundScenario& scenario : found) {
    const auto loaded = load_scenario(scenario.path);
    EXPECT_TRUE(loaded.has_value()) << render(loaded.error());
    EXPECT_FALSE(scenario.summary.empty()) << scenario.path;
    if (!loaded) continue;
    EXPECT_THAT(loaded->warnings, IsEmpty()) << render(loaded->warnings);
  }
}

TEST(PublicRuleFiles, AllLoad) {
  const fs::path folder = kSource / "../shared/oracle/rules/mixins";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is not here";
  std::size_t alerts = 0, records = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    const Diagnostics found = check_path(entry.path());
    EXPECT_FALSE(has_errors(found)) << render(found);
    const auto source = read_source(entry.path());
    ASSERT_TRUE(source.has_value());
    Diagnostics ignored;
    const auto document = Document::parse(*source, ignored, Dialect::prometheus);
    ASSERT_NE(document, nullptr);
    for (const auto& group : alerting::decode_rule_file(*document, {}, ignored).groups) {
      for (const auto& rule : group.rules) ++(rule.alerting() ? alerts : records);
    }
  }
  EXPECT_EQ(alerts, 828U);
  EXPECT_EQ(records, 303U);
}

// The lines of the seed document from the one that is `first` to the next heading.
std::string seed_block(const std::string& document, const std::string& first) {
  const std::size_t begin = document.find("\n" + first + "\n") + 1;
  return document.substr(begin, document.find("\n### ", begin) - begin);
}

class Seed : public Workshop {
 protected:
  void SetUp() override {
    Workshop::SetUp();
    const auto source = read_source(kSeed);
    if (!source) GTEST_SKIP() << kSeed << " is not here";
    text_ = (*source)->text;
  }
  std::string text_;
};

TEST_F(Seed, RulesSlosQueriesAndProbesAreAcceptedAsWritten) {
  write("t.yaml", std::string(kTopology));
  write("seed/rules.yaml", seed_block(text_, "groups:"));
  write("seed/slos.yaml", seed_block(text_, "slos:"));
  write("seed/queries.yaml", seed_block(text_, "burn_rate_1h:"));
  const std::string probes = seed_block(text_, "livenessProbe:");
  std::string indented;
  for (std::size_t i = 0; i < probes.size();) {
    const std::size_t end = std::min(probes.find('\n', i), probes.size());
    indented += "    " + probes.substr(i, end - i) + "\n";
    i = end + 1;
  }
  write("seed/scenario.yaml",
        "version: 1\nname: seed\nstart: 2026-03-03T13:30:00Z\nduration: 1h\ntopology: ../t.yaml\n"
        "prometheus: {rule_files: [rules.yaml]}\nslo_files: [slos.yaml, queries.yaml]\noverrides:\n  db:\n" +
            indented);
  const LoadedScenario loaded = load("seed");
  ASSERT_THAT(loaded.rule_files, SizeIs(1));
  ASSERT_THAT(loaded.rule_files[0].groups, SizeIs(1));
  EXPECT_EQ(loaded.rule_files[0].groups[0].rules.at(0).name(), "SLOFastBurn");
  EXPECT_EQ(loaded.rule_files[0].groups[0].rules.at(1).hold, Duration(10min));
  ASSERT_THAT(loaded.declared.slos, SizeIs(2));
  EXPECT_EQ(loaded.declared.slos[0].budget(), Duration(43min + 12s));
  EXPECT_EQ(loaded.declared.slos[1].threshold, Duration(200));
  ASSERT_THAT(loaded.declared.queries, SizeIs(2));
  EXPECT_EQ(loaded.declared.queries[1].name, "remaining_budget_30d");
  const auto* db = loaded.topology.find("db");
  ASSERT_NE(db, nullptr);
  EXPECT_EQ(db->startup_probe->failure_threshold, 30);
}

// The text of a label is certain only where nothing else can bring series of that name, or hide it.
TEST_F(Workshop, RefusesNoLabelThatMayBeOtherwise) {
  write("topology.yaml", "services:\n  web: {traffic: {requests_per_second: 50}, labels: {tier: front}}\n");
  const auto found = [&](std::string_view metrics, std::string_view expr, std::string_view labels,
                         std::string_view more = "") {
    write("rules.yaml", format("groups: [{{name: g, rules: [{{alert: A, expr: '{}'}}{}]}}]\n", expr, more));
    write("s/scenario.yaml",
          format("version: 1\nname: s\nstart: 2026-03-03T13:30:00Z\nduration: 30m\ntopology: ../topology.yaml\n"
                 "prometheus: {{rule_files: [../rules.yaml]}}\nmetrics: [{}]\n"
                 "faults: [{{id: f, kind: crash, target: {{service: web}}, at: 5m}}]\n"
                 "expectations: [{{id: x, kind: alert_firing, alert: A, labels: {{{}}}}}]\n",
                 metrics, labels));
    const auto loaded = load_scenario(root_ / "s");
    return loaded ? std::string() : loaded.error().front().what;
  };
  const auto gauge = [](std::string_view name, std::string_view labels) {
    return format("{{name: {}, service: web, labels: {{{}}}, value: {{baseline: 1}}}}", name, labels);
  };
  const std::string lag = gauge("lag", "shard: '=1'");
  EXPECT_EQ(found(lag, "lag > 5", "shard: '1'"), "");
  EXPECT_EQ(found(lag, "lag > 5", "shard: '2'"), "the alert 'A' never has shard=\"2\": each series of lag has '1'");
  const std::string hidden = gauge("lag", "service: '=foo', job: '=x', tier: '=y'");
  for (const char* label : {"service: web", "job: web", "exported_service: foo", "exported_job: x", "tier: front"}) {
    EXPECT_EQ(found(hidden, "lag > 5", label), "") << label;
  }
  const std::string two = gauge("lag", "shard: '=1'") + ", " + gauge("lag_count", "shard: '=2'");
  EXPECT_EQ(found(two, "lag_count > 5", "shard: '2'"), "");
  EXPECT_EQ(found(two, "lag_count > 5", "shard: '1'"),
            "the alert 'A' never has shard=\"1\": each series of lag_count has '2'");
  EXPECT_EQ(found(lag, "lag_sum > 5", "shard: '2'"), "");
  EXPECT_EQ(found(lag, "lag > 5", "shard: '2'", ", {record: lag, expr: up, labels: {shard: '2'}}"), "");
  const std::string waits = "{name: waits, service: web, signal: duration, labels: {shard: '=1'}}";
  EXPECT_EQ(found(waits, "waits_count > 5", "shard: '2'"),
            "the alert 'A' never has shard=\"2\": each series of waits_count has '1'");
  EXPECT_EQ(found(waits, "waits_max > 5", "shard: '2'"), "");
  EXPECT_EQ(found(waits + ", " + gauge("waits_count", "shard: '=2'"), "waits_count > 5", "shard: '2'"),
            "waits_count is a gauge here, and a histogram in line 7");
}

// What stands for a variable of the environment stays, and version 2 expands none unless it is asked to.
TEST_F(Workshop, TellsOfExternalLabelsThatPrometheusWouldExpand) {
  const auto told = [&](std::string_view value, promql::Version version) {
    write("prometheus.yml", format("global:\n  external_labels: {{cluster: '{}'}}\n", value));
    CheckOptions options;
    options.promql.version = version;
    const Diagnostics found = check_path(root_ / "prometheus.yml", options);
    EXPECT_FALSE(has_errors(found)) << render(found);
    return found.empty() ? std::string() : found.front().what;
  };
  const auto expanded = [](std::string_view part) {
    return format("the external label 'cluster' is kept as it is written, where Prometheus 3 would expand '{}'", part);
  };
  const std::map<std::string, std::string> cases = {{"${HOME}", "${HOME}"},
                                                    {"eu-$REGION.a", "$REGION"},
                                                    {"a $1b", "$1"},
                                                    {"$$", "$$"},
                                                    {"a$ $b", "$b"},
                                                    {"${open", "${"},
                                                    {"${}", "${}"},
                                                    {"", ""},
                                                    {"5 $", ""},
                                                    {"$ 5", ""},
                                                    {"a$.b", ""},
                                                    {"plain", ""}};
  for (const auto& [value, part] : cases) {
    EXPECT_EQ(told(value, promql::Version::v3), part.empty() ? "" : expanded(part)) << value;
    EXPECT_EQ(told(value, promql::Version::v2), "") << value;
  }
}

TEST_F(Workshop, TellsOfRelabellingForOneAlertmanager) {
  const auto told = [&](std::string_view manager) {
    write("prometheus.yml", format("alerting:\n  alertmanagers:\n    - {}\n", manager));
    const Diagnostics found = check_path(root_ / "prometheus.yml");
    EXPECT_FALSE(has_errors(found)) << render(found);
    return found.empty() ? std::string() : found.front().what;
  };
  EXPECT_EQ(told("{scheme: https, alert_relabel_configs: [{action: drop, source_labels: [severity], regex: low}]}"),
            "'alert_relabel_configs' of a single Alertmanager are not applied");
  EXPECT_EQ(told("{scheme: https, alert_relabel_configs: }"), "");
}

}  // namespace
}  // namespace firedrill::scenario
