// What every benchmark says of itself: the least that an iteration has to do, in bytes or draws, and how far its time
// is from what this machine needs for that alone. README.md says how to read it.
#pragma once

#include <benchmark/benchmark.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace firedrill::bench {

// An iteration has to move so many bytes, of what `what` says. Beside time and bytes the benchmark then shows `floors`:
// its time as a multiple of copying as many bytes from memory to memory.
void bound_by_bytes(benchmark::State& state, double bytes, const std::string& what);

// An iteration has to draw so many numbers; `floors` is its time as a multiple of drawing as many uniform ones.
void bound_by_draws(benchmark::State& state, double draws, const std::string& what);

// A benchmark whose input is refused, or whose result is not what it is there for, ends the program: it would measure
// something else.
inline void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}
template <typename Expected>
auto value_of(Expected expected) {
  require(expected.has_value(), "a benchmark's input is refused");
  return *std::move(expected);
}

}  // namespace firedrill::bench
