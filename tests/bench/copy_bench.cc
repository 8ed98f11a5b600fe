// A run that is copied at the end of its warm-up, beside the warm-up that the copy saves.
#include "bench.h"
#include "driver/run.h"
#include "fleet.h"

namespace firedrill::bench {
namespace {

Time warmed_up() {
  return driver::blank_record(fleet(), {}).judged_from;
}

void warm_up(benchmark::State& state) {
  for (auto _ : state) {
    driver::Run run(fleet(), {});
    run.advance_to(warmed_up());
  }
  state.SetLabel("what a copy saves");
}
BENCHMARK(warm_up)->Name("run/warm_up")->Unit(benchmark::kMillisecond);

void copy(benchmark::State& state) {
  driver::Run run(fleet(), {});
  run.advance_to(warmed_up());
  for (auto _ : state) benchmark::DoNotOptimize(driver::Run(run).now());
  bound_by_bytes(state, static_cast<double>(run.statistics().store_bytes), "samples in memory");
}
BENCHMARK(copy)->Name("run/copy_after_warm_up")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace firedrill::bench
