// The monitor's scrape loop: scraping the fleet's replicas and appending what they show. And what it tells of a storm
// of alerts that all are held back.
#include "base/text/format.h"
#include "bench.h"
#include "driver/sim/sim_host.h"
#include "fleet.h"
#include "monitor/alertmanager/teller.h"
#include "monitor/embedded/scrape_loop.h"

namespace firedrill::bench {
namespace {

// All 40 replicas at once, after an interval in which the world went on unmeasured. Beside flow/scrape_of_40_replicas
// this shows what the monitor adds: staleness, its own series, appending.
void scrape_and_append(benchmark::State& state) {
  scenario::PrometheusSettings settings = fleet().scenario.prometheus;
  settings.scrape_phase = scenario::ScrapePhase::aligned;
  driver::SimHost host(quiet_fleet(), events::nobody());
  tsdb::Store store;
  monitor::ScrapeLoop loop(host, settings, fleet().scenario.start, {.normalise = true}, store);
  const auto go_on = [&] {
    host.run_due(loop.next_due());
    store.drop_before(loop.next_due() - 10min);
  };
  go_on();
  loop.run_due(loop.next_due());  // registers the series
  const std::uint64_t before = store.samples_appended();
  for (auto _ : state) {
    state.PauseTiming();
    go_on();
    state.ResumeTiming();
    loop.run_due(loop.next_due());
  }
  const double samples =
      static_cast<double>(store.samples_appended() - before) / static_cast<double>(state.iterations());
  require(samples > 1000, "the scrapes bring little");
  bound_by_bytes(state, 2 * samples * sizeof(double), "values of 40 replicas, written twice");
  state.counters["samples"] = samples;
}
BENCHMARK(scrape_and_append)->Name("monitor/scrape_and_append_40_replicas");

class CountsHolds final : public events::Sink {
 public:
  void on_event(events::Event /*event*/) override {}
  void on_hold(const events::AlertHold& /*hold*/) override { ++holds; }

  std::size_t holds = 0;
};

// Alerts that a silence holds back, in a group for every ten of them, and a flush later again.
void tell_held(benchmark::State& state) {
  auto of = std::make_shared<notify::Configuration>();
  of->receivers.emplace_back().name = "pager";
  of->receivers.back().integrations.emplace_back().kind = "webhook";
  notify::Route& root = of->routes.emplace_back();
  root.receiver = "pager";
  root.group_by = {"alertname"};
  const auto count = static_cast<std::size_t>(state.range(0));
  std::vector<notify::PostedAlert> alerts(count);
  for (std::size_t i = 0; i < count; ++i) {
    alerts[i].labels = {{"alertname", format("A{}", i / 10)}, {"instance", format("{}", i)}};
    alerts[i].starts_at = Time{};
    alerts[i].ends_at = Time(1h);
  }
  notify::Alertmanager manager(of, {.seed = 1});
  manager.add_silence({.matchers = {notify::make_matcher("alertname", notify::MatchOp::not_equal, "").value()},
                       .starts_at = Time{},
                       .ends_at = Time(1h)});
  manager.post(alerts, Time{});
  manager.run_due(Time(10min));
  const notify::Outcomes outcomes = manager.take_outcomes();
  CountsHolds sink;
  for (auto _ : state) {
    sink.holds = 0;
    monitor::OutcomeTeller({}).tell(outcomes, manager, sink);
  }
  require(sink.holds == count, "each alert is told of once");
  state.SetComplexityN(state.range(0));
}
BENCHMARK(tell_held)->Name("monitor/tell_held")->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace firedrill::bench
