// The monitor's scrape loop: scraping the fleet's replicas and appending what they show.
#include "bench.h"
#include "driver/sim/sim_host.h"
#include "fleet.h"
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
  monitor::ScrapeLoop loop(host, settings, fleet().scenario.start, true, store);
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

}  // namespace
}  // namespace firedrill::bench
