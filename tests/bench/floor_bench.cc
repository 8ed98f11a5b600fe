// The floors that all other benchmarks are held against: how fast this machine copies memory, and what one draw costs.
#include <algorithm>
#include <cstring>
#include <functional>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "bench.h"

namespace firedrill::bench {
namespace {

constexpr std::size_t kBeyondCaches = 16 << 20;  // those of one core
constexpr std::size_t kInCache = 16 << 10;

// Seconds of the best of some calls: others on the machine can only make a call slower.
double best_of_some(const std::function<void()>& call) {
  double best = 0;
  for (int i = 0; i < 15; ++i) {
    const double from = stopwatch_seconds();
    call();
    const double seconds = stopwatch_seconds() - from;
    best = i == 0 ? seconds : std::min(best, seconds);
  }
  return best;
}

double measure_byte() {
  const std::vector<char> from(kBeyondCaches, 'x');
  std::vector<char> to(kBeyondCaches, 'y');
  const auto copy = [&] {
    std::memcpy(to.data(), from.data(), kBeyondCaches);
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  };
  return best_of_some(copy) / static_cast<double>(kBeyondCaches);
}

double measure_draw() {
  constexpr int kDraws = 10'000;
  RandomStream chance(1, "bench/floor");
  const auto draw = [&] {
    for (int i = 0; i < kDraws; ++i) benchmark::DoNotOptimize(chance.uniform());
  };
  return best_of_some(draw) / kDraws;
}

// The time of an iteration as a multiple of `seconds`.
benchmark::Counter floors(double seconds) {
  return {seconds, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert};
}

void copy_memory(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::vector<char> from(size, 'x');
  std::vector<char> to(size, 'y');
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), size);
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  bound_by_bytes(state, static_cast<double>(size), "copied, counted once");
}
BENCHMARK(copy_memory)->Name("floor/copy_memory")->Arg(kInCache)->Arg(kBeyondCaches);

void draw_uniform(benchmark::State& state) {
  RandomStream chance(1, "bench/uniform");
  for (auto _ : state) benchmark::DoNotOptimize(chance.uniform());
  bound_by_draws(state, 1, "itself");
}
BENCHMARK(draw_uniform)->Name("floor/draw_uniform");

void draw_normal(benchmark::State& state) {
  RandomStream chance(1, "bench/normal");
  for (auto _ : state) benchmark::DoNotOptimize(chance.normal());
  bound_by_draws(state, 1, "against a uniform number");
}
BENCHMARK(draw_normal)->Name("floor/draw_normal");

void draw_poisson(benchmark::State& state) {
  RandomStream chance(1, "bench/poisson");
  const auto mean = static_cast<double>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(chance.poisson(mean));
  bound_by_draws(state, 1, "against a uniform number");
}
BENCHMARK(draw_poisson)->Name("floor/draw_poisson/mean")->Arg(1)->Arg(100)->Arg(10'000);

}  // namespace

void bound_by_bytes(benchmark::State& state, double bytes, const std::string& what) {
  static const double kSecondsPerByte = measure_byte();
  state.counters["bytes"] = benchmark::Counter(bytes, benchmark::Counter::kDefaults, benchmark::Counter::kIs1024);
  state.counters["floors"] = floors(bytes * kSecondsPerByte);
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes * static_cast<double>(state.iterations())));
  state.SetLabel("bound: bytes, " + what);
}

void bound_by_draws(benchmark::State& state, double draws, const std::string& what) {
  static const double kSecondsPerDraw = measure_draw();
  state.counters["draws"] = draws;
  state.counters["floors"] = floors(draws * kSecondsPerDraw);
  state.SetItemsProcessed(static_cast<std::int64_t>(draws * static_cast<double>(state.iterations())));
  state.SetLabel("bound: draws, " + what);
}

}  // namespace firedrill::bench
