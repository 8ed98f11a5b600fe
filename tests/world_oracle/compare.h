// The flow held against the simulation: in the steady state, right after the step, and in the steady state after that.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "scene.h"

namespace firedrill::world_oracle {

struct Effort {
  double requests = 10000;  // from outside, in each steady state
  int replications = 30;    // of the step
};

struct Disagreement {
  std::string kind;   // rates | times | in flight | pool | first time
  std::string phase;  // before | step | after; the step only if its replications are more than none
  std::string where;  // "s1 503", "s0 GET /0 p95"
  double simulated = 0;
  double by_flow = 0;
  double tolerance = 0;
  std::string state;  // as Difference has it
  bool operator==(const Disagreement& other) const {
    return kind == other.kind && phase == other.phase && where == other.where;
  }
};

// How far the two are apart in one thing that was compared, be that much or little.
struct Difference {
  std::string kind;
  std::string state;  // "step", or the phase and how much of what serves is used, "after, to 70 %"
  // Beyond two standard errors, or the replications' 10 % to 90 %: of the larger of the two, or of all responses
  // (times).
  double apart = 0;
};

// What disagrees twice, once and again with ten times the requests, of what `counts`. `differences` receives those of
// the first time, of all there is of that.
std::vector<Disagreement> compare(const Scene& scene, std::uint64_t seed, Effort effort,
                                  const std::function<bool(const Disagreement&)>& counts,
                                  std::vector<Difference>& differences);

}  // namespace firedrill::world_oracle
