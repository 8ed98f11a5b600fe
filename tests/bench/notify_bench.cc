// Alertmanager's decisions: a month of alerts over a wide tree, and many alerts at one instant through inhibition.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/text/format.h"
#include "bench.h"
#include "notify/alertmanager.h"
#include "notify/payload/renderer.h"

namespace firedrill::bench {
namespace {

using namespace notify;

Matchers equal(const std::string& name, const std::string& value) {
  return {value_of(make_matcher(name, MatchOp::equal, value))};
}

// A root and `routes` teams below it, each with its own receiver.
std::shared_ptr<Configuration> configuration(std::size_t routes, Version version) {
  auto out = std::make_shared<Configuration>();
  out->version = version;
  for (std::size_t i = 0; i <= routes; ++i) {
    Receiver& receiver = out->receivers.emplace_back();
    receiver.name = format("team-{}", i);
    Integration& integration = receiver.integrations.emplace_back();
    integration.kind = "webhook";
    integration.send_resolved = true;
    Route& route = out->routes.emplace_back();
    route.index = i;
    route.receiver = receiver.name;
    route.group_by = {"alertname", "cluster"};
    if (i == 0) continue;
    route.parent = 0;
    route.position = i - 1;
    route.matchers = equal("team", format("{}", i));
    route.key = format("{{}}/{{team=\"{}\"}}", i);
    out->routes.front().children.push_back(i);
  }
  return out;
}

// Prometheus's sends of one alert that fires for an hour, every two minutes, and of its resolution for a quarter more.
void add_sends(std::vector<std::pair<Time, PostedAlert>>& sends, std::size_t number, std::size_t routes, Time fires) {
  PostedAlert alert;
  alert.labels = {{"alertname", format("Alert{}", number % 40)},
                  {"cluster", format("c{}", number % 7)},
                  {"instance", format("{}", number)},
                  {"severity", "critical"},
                  {"team", format("{}", number % routes + 1)}};
  alert.annotations = {{"summary", "something is wrong"}};
  alert.starts_at = fires;
  for (Time t = fires; t <= fires + 75min; t += 2min) {
    alert.ends_at = t < fires + 60min ? t + 4min : fires + 60min;
    sends.emplace_back(t, alert);
  }
}

std::size_t bytes_of(const PostedAlert& alert) {
  std::size_t bytes = alert.labels.bytes();
  for (const model::Label& each : alert.annotations) bytes += each.name.size() + each.value.size();
  return bytes;
}

// With `renders` every notification's payload is made, too: that of a webhook.
void month(benchmark::State& state, bool renders) {
  constexpr std::size_t kRoutes = 200;
  constexpr std::size_t kAlerts = 100 * 30;
  const auto of = configuration(kRoutes, static_cast<Version>(state.range(0)));
  std::vector<std::pair<Time, PostedAlert>> sends;
  for (std::size_t i = 0; i < kAlerts; ++i) add_sends(sends, i, kRoutes, Time(i * (24h / 100)));
  std::ranges::stable_sort(sends, {}, [](const auto& send) { return send.first; });
  std::size_t notifications = 0;
  std::shared_ptr<const Renderer> renderer;
  if (renders) renderer = std::make_shared<PayloadRenderer>(of, PayloadTemplates(of->version), std::string(), nullptr);
  for (auto _ : state) {
    Alertmanager manager(of, {.seed = 1}, nullptr, renderer);
    for (const auto& [at, alert] : sends) {
      manager.run_due(at);
      manager.post({&alert, 1}, at);
    }
    manager.run_due(Time(31 * 24h));
    notifications = manager.outcomes().notifications.size();
  }
  state.counters["notifications"] = static_cast<double>(notifications);
  require(notifications > 0, "nobody is told anything");
  state.counters["posts"] = static_cast<double>(sends.size());
  double bytes = 0;
  for (const auto& [at, alert] : sends) bytes += static_cast<double>(bytes_of(alert));
  bound_by_bytes(state, bytes, "labels and annotations that are posted");
}
BENCHMARK_CAPTURE(month, decided, false)->Name("notify/month")->Arg(25)->Arg(33)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(month, rendered, true)->Name("notify/month_rendered")->Arg(33)->Unit(benchmark::kMillisecond);

// Half of the alerts are sources of a hundred rules, and half their targets.
void storm(benchmark::State& state) {
  constexpr std::size_t kRules = 100;
  auto of = configuration(20, static_cast<Version>(state.range(1)));
  for (std::size_t i = 0; i < kRules; ++i) {
    InhibitRule& rule = of->inhibit_rules.emplace_back();
    rule.source_matchers = equal("down", format("{}", i));
    rule.target_matchers = equal("slow", format("{}", i));
    rule.equal = {"cluster"};
  }
  std::vector<PostedAlert> alerts(static_cast<std::size_t>(state.range(0)));
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    const std::string rule = format("{}", i / 2 % kRules);
    alerts[i].labels = {{"alertname", "A"},
                        {"cluster", format("c{}", i / (2 * kRules) % 10)},
                        {"instance", format("{}", i)},
                        {i % 2 == 0 ? "down" : "slow", rule},
                        {"team", format("{}", i % 20 + 1)}};
  }
  std::size_t held_back = 0;
  for (auto _ : state) {
    Alertmanager manager(of, {.seed = 1});
    manager.post(alerts, Time{});
    manager.run_due(Time(60s));
    held_back = 0;
    for (const Flush& flush : manager.outcomes().flushes) held_back += flush.held_back.size();
  }
  require(held_back == alerts.size() / 2, "not every target is inhibited");
  double bytes = 0;
  for (const PostedAlert& alert : alerts) bytes += static_cast<double>(bytes_of(alert));
  bound_by_bytes(state, bytes, "labels of the alerts");
}
BENCHMARK(storm)
    ->Name("notify/storm")
    ->ArgsProduct({{1'000, 10'000, 100'000}, {25, 33}})
    ->Unit(benchmark::kMillisecond);

void copy(benchmark::State& state) {
  const auto of = configuration(200, kNewest);
  std::vector<std::pair<Time, PostedAlert>> sends;
  for (std::size_t i = 0; i < 1000; ++i) add_sends(sends, i, 200, Time{});
  Alertmanager manager(of, {.seed = 1});
  for (const auto& [at, alert] : sends) {
    if (at == Time{}) manager.post({&alert, 1}, at);
  }
  manager.run_due(Time(40s));
  manager.take_outcomes();
  for (auto _ : state) benchmark::DoNotOptimize(Alertmanager(manager));
  double bytes = 0;
  for (const AlertPtr& alert : manager.alerts()) bytes += static_cast<double>(alert->labels.bytes());
  bound_by_bytes(state, bytes, "labels of the alerts that it knows");
}
BENCHMARK(copy)->Name("notify/copy")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace firedrill::bench
