// A monitoring and an alerting that stand still, for tests of the APIs and for fuzzing them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "console/alertmanager_api/alerting.h"
#include "console/prometheus_api/monitoring.h"
#include "notify/config/load.h"
#include "tsdb/store.h"
#include "yaml/document.h"

namespace firedrill::console {

inline constexpr Time kNow{std::chrono::seconds(1'700'000'600)};
inline constexpr Time kStart = kNow - 10min;

// Ten minutes of two targets, one of them down since the middle; a rule that fires, one that is broken.
class FixedMonitoring final : public Monitoring {
 public:
  FixedMonitoring() {
    for (const char* instance : {"a:80", "b:80"}) {
      const auto up = store_.series({{"__name__", "up"}, {"job", "web"}, {"instance", instance}});
      for (int i = 0; i <= 40; ++i) {
        const bool down = instance[0] == 'b' && i > 20;
        store_.append(up, kNow - std::chrono::seconds(15 * (40 - i)), down ? 0 : 1);
      }
    }
    store_.append(store_.series({{"__name__", "old"}, {"job", "gone"}}), kNow - 5min, 7);
  }

  Time now() const override { return kNow; }
  const promql::Queryable& series() const override { return store_; }
  promql::Options promql() const override {
    promql::Options options;
    options.version = promql::Version::v3_5;
    return options;
  }
  Duration scrape_interval() const override { return 15s; }
  std::vector<TargetView> targets() const override {
    return {{.labels = {{"job", "web"}, {"instance", "b:80"}}, .job = "web", .instance = "b:80"}};
  }
  std::vector<MetricView> metrics() const override {
    return {{.name = "up", .type = model::MetricType::gauge, .help = "Whether it answers."},
            {.name = "requests_total", .type = model::MetricType::counter, .help = "Requests."}};
  }
  std::vector<RuleGroupView> rule_groups() const override {
    AlertView alert{.alert = "Down",
                    .group = "web",
                    .state = events::AlertState::firing,
                    .labels = {{"alertname", "Down"}, {"instance", "b:80"}},
                    .annotations = {{"summary", "<b>"}},
                    .value = 0,
                    .active_at = kNow - 90s,
                    .keep_firing_since = kNow - 10s};
    RuleView down{.name = "Down", .expr = "up  ==  0", .hold = 1min};
    down.labels = {{"severity", "page"}};
    down.state = events::AlertState::firing;
    down.last_evaluation = kNow;
    down.alerts = {alert};
    RuleView recorded{.alerting = false, .name = "job:up:sum", .expr = "sum by (job) (up)"};
    recorded.health = "unknown";
    return {{.name = "web", .file = "rules.yml", .interval = 15s, .limit = 0, .rules = {down}},
            {.name = "sums", .file = "rules.yml", .interval = 30s, .limit = 3, .rules = {recorded}}};
  }

 private:
  tsdb::Store store_;
};

inline constexpr const char* kConfiguration = R"(
route:
  receiver: team
  group_by: [alertname]
  routes:
    - receiver: night
      matchers: ['team="b"']
receivers: [{name: team}, {name: night}]
inhibit_rules:
  - source_matchers: ['severity="critical"']
    target_matchers: ['severity="warning"']
    equal: [cluster]
)";

inline std::shared_ptr<const notify::Configuration> configuration() {
  Diagnostics found;
  const auto document =
      yaml::Document::parse(make_source("alertmanager.yml", kConfiguration), found, yaml::Dialect::prometheus);
  return std::make_shared<const notify::Configuration>(*notify::decode_configuration(*document, {}, found));
}

class FixedAlerting final : public Alerting {
 public:
  FixedAlerting() : manager_(configuration(), {.start = kStart}) {
    const notify::PostedAlert posted[] = {
        {.labels = {{"alertname", "A"}, {"severity", "critical"}, {"team", "b"}, {"cluster", "c"}},
         .annotations = {{"summary", "it <is>"}},
         .starts_at = kNow - 5min,
         .generator_url = "http://prometheus/graph"},
        {.labels = {{"alertname", "A"}, {"severity", "warning"}, {"cluster", "c"}}, .starts_at = kNow - 4min},
        {.labels = {{"alertname", "B"}}, .starts_at = kNow - 3min, .ends_at = kNow - 1min}};
    manager_.post(posted, kNow - 2min);
    manager_.run_due(kNow);
  }
  Time now() const override { return kNow; }
  Time started() const override { return kStart; }
  Time ends() const override { return kNow + 24h; }
  const notify::Alertmanager* alertmanager() const override { return down ? nullptr : &manager_; }
  Answered<std::string> add_silence(const notify::Silence& silence) override { return manager_.add_silence(silence); }
  Done expire_silence(std::string_view id) override {
    expired.emplace_back(id);
    return "it is over";
  }

  bool down = false;
  std::vector<std::string> expired;

 private:
  notify::Alertmanager manager_;
};

}  // namespace firedrill::console
