// What the figures of the live world are measured with (tests/bench/live_figures.py): a server that does nothing,
// clients that wait for each answer, a fault proxy in a process of its own, and chances counted through one. Loopback
// alone.
//
//   firedrill_live_bench backend BYTES          answers every request with a body of so many bytes; prints its port
//   firedrill_live_bench proxy PORT             a fault proxy without a fault before it; prints its port
//   firedrill_live_bench load PORT PATH CONNECTIONS SECONDS     {"requests": N, "p50_s": S, "p99_s": S}
//   firedrill_live_bench chance REQUESTS        {"codes": {"200": N, ...}, "expected": {...}}
//   firedrill_live_bench delay REQUESTS         {"delays_s": [...], "mean_s": S, "variance_s2": S}
//
// The first two end when their standard input does.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bench/live/parts.h"

namespace {

int usage() {
  std::fputs(
      "usage: firedrill_live_bench backend BYTES | proxy PORT | load PORT PATH CONNECTIONS SECONDS | chance N | delay "
      "N\n",
      stderr);
  return 2;
}

}  // namespace

int main(int count, char** arguments) {
  using namespace firedrill::bench;
  const std::string_view what = count > 1 ? arguments[1] : "";
  const auto number = [&](int at) { return std::strtod(arguments[at], nullptr); };
  if (what == "backend" && count == 3) return backend(static_cast<std::size_t>(number(2)));
  if (what == "proxy" && count == 3) return proxy(static_cast<std::uint16_t>(number(2)));
  if (what == "load" && count == 6) {
    return load(static_cast<std::uint16_t>(number(2)), arguments[3], static_cast<std::size_t>(number(4)), number(5));
  }
  if (what == "chance" && count == 3) return chance(static_cast<std::size_t>(number(2)));
  if (what == "delay" && count == 3) return delay(static_cast<std::size_t>(number(2)));
  return usage();
}
