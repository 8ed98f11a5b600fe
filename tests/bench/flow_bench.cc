// The simulated production: a step of the flow, drawing what happened in it, and the scrape of all replicas.
#include <vector>

#include "bench.h"
#include "events/event.h"
#include "fake_services/traffic/flow.h"
#include "fake_services/traffic/tally.h"
#include "fake_services/world.h"
#include "fleet.h"

namespace firedrill::bench {
namespace {

using namespace fake_services;

constexpr Duration kScrapeInterval = 15s;

Flow calm_flow() {
  const WorldSpec spec = quiet_fleet();
  Flow flow(build_model(spec.topology, spec.metrics, {}), spec.seed, spec.start);
  flow.settle(spec.start);
  return flow;
}

// What a step computes at least: a rate for each kind of event of each service (its replicas are alike, and computed
// once), which is added up.
double step_bytes(const FlowModel& model) {
  std::size_t kinds = 0;
  for (const ServiceModel& service : model.services) kinds += service.layout.size;
  return static_cast<double>(2 * kinds * sizeof(double));
}

void step(benchmark::State& state) {
  Flow flow = calm_flow();
  Time t = flow.step_begin();
  for (auto _ : state) {
    t = flow.begin_step(t, t + kScrapeInterval);
    flow.end_step(t);
  }
  bound_by_bytes(state, step_bytes(flow.model()), "a rate and a sum of each kind of event");
}
BENCHMARK(step)->Name("flow/step_of_20_services");

// Calls `visit` for each replica of the fleet.
template <typename Visit>
void for_each_replica(const FlowModel& model, const Visit& visit) {
  for (std::size_t s = 0; s < model.services.size(); ++s) {
    for (std::size_t r = 0; r < static_cast<std::size_t>(model.services[s].spec.replicas); ++r) visit(s, r);
  }
}

// The flow of the fleet and what is drawn from it, an interval at a time.
struct Drawn {
  Flow flow = calm_flow();
  Tallies tallies{flow.model(), 1};
  Time t = flow.step_begin();

  // To the end of the next interval, whose last step stays open.
  void go_on() {
    const Time end = t + kScrapeInterval;
    if (step_open_) flow.end_step(t);
    step_open_ = true;
    for (;;) {
      const Time begun = t;
      t = flow.begin_step(t, end);
      tallies.pass(flow, to_seconds(t - begun));
      if (t == end) return;
      flow.end_step(t);
    }
  }
  void draw() {
    for_each_replica(flow.model(), [&](std::size_t s, std::size_t r) { tallies.draw(flow, s, r, t); });
  }
  std::vector<double> counts() {
    std::vector<double> out;
    for_each_replica(flow.model(), [&](std::size_t s, std::size_t r) {
      out.insert(out.end(), tallies.replica(s, r).counts.begin(), tallies.replica(s, r).counts.end());
    });
    return out;
  }

 private:
  bool step_open_ = false;
};

// The counts of all replicas that grow in an interval: each takes a draw at least.
double draws_an_interval() {
  Drawn drawn;
  drawn.go_on();
  drawn.draw();
  const std::vector<double> before = drawn.counts();
  drawn.go_on();
  drawn.draw();
  const std::vector<double> after = drawn.counts();
  double grown = 0;
  for (std::size_t i = 0; i < before.size(); ++i) grown += after[i] > before[i] ? 1 : 0;
  require(grown > 100, "hardly anything is drawn");
  return grown;
}

void draw(benchmark::State& state) {
  Drawn drawn;
  for (auto _ : state) {
    state.PauseTiming();
    drawn.go_on();
    state.ResumeTiming();
    drawn.draw();
  }
  bound_by_draws(state, draws_an_interval(), "counts of 40 replicas that grow in 15 s");
}
BENCHMARK(draw)->Name("flow/draw_counts_of_40_replicas");

// One count, by its mean.
void draw_one(benchmark::State& state) {
  RandomStream chance(1, "bench/count");
  const double mean = static_cast<double>(state.range(0)) / 100;
  for (auto _ : state) benchmark::DoNotOptimize(draw_count(mean, chance));
  bound_by_draws(state, 1, "against a uniform number");
}
BENCHMARK(draw_one)->Name("flow/draw_count/mean_in_percent")->Arg(1)->Arg(100)->Arg(1'000)->Arg(10'000);

struct CountedMinutes final : events::Sink {
  std::size_t minutes = 0;
  void on_event(events::Event /*event*/) override {}
  void on_minute(const events::Minute& /*minute*/) override { ++minutes; }
};

// A minute of the world that nobody scrapes: steps, probes, and the truth about the minute.
void world_minute(benchmark::State& state) {
  CountedMinutes told;
  World world(quiet_fleet(), told);
  for (auto _ : state) world.advance_to(world.now() + 1min);
  require(told.minutes == static_cast<std::size_t>(state.iterations()), "a minute is not complete");
  const double steps = 1min / kScrapeInterval;  // a calm flow's steps are as long as they may be
  bound_by_bytes(state, steps * step_bytes(calm_flow().model()), "what four steps compute");
}
BENCHMARK(world_minute)->Name("flow/minute_of_the_world");

// All 40 replicas, after an interval in which the world went on unmeasured: draws their counts and writes their values.
void scrape(benchmark::State& state) {
  World world(quiet_fleet());
  std::vector<double> values;
  std::size_t scraped = 0;
  for (auto _ : state) {
    state.PauseTiming();
    world.advance_to(world.now() + kScrapeInterval);
    scraped = 0;
    state.ResumeTiming();
    for (std::size_t i = 0; i < world.targets().size(); ++i) scraped += world.scrape(i, values).samples;
  }
  require(scraped > 1000, "the scrapes bring little");
  bound_by_draws(state, draws_an_interval(), "counts of 40 replicas that grow in 15 s");
  state.counters["samples"] = static_cast<double>(scraped);
}
BENCHMARK(scrape)->Name("flow/scrape_of_40_replicas");

}  // namespace
}  // namespace firedrill::bench
