// Calls of a replica over time: an attempt that is waited for in vain is counted, and made again, once that wait is
// over, and not when it begins. In the long run nothing depends on it. All rates are per second.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "fake_services/traffic/at_work.h"
#include "fake_services/traffic/call.h"

namespace firedrill::fake_services {

// What begins at a rate and is over after the same time always.
struct Awaited {
  DelayLine line;
  double begins = 0;  // in this step,
  double ends = 0;    // and is over in it
};

// What ends of it in the next step, if so much begins; and that step has ended after so much of it.
double end_of(Awaited& awaited, double begins, double dt_s, double after_s);
void keep(Awaited& awaited, double dt_s, double after_s);

// How many are being waited for.
double inside(const Awaited& awaited, double after_s);

// Of the first attempts of a call, or the second, and so on: those that nobody connects, and those that nobody answers.
struct InVain {
  Awaited connection;
  Awaited answer;
};

struct CallUnderWay {
  std::vector<InVain> nth;
  Awaited free_connection;  // of its pool, until the caller gives up
  bool begun = false;       // a step has been kept
  // In this step; what is counted is counted as it ends.
  double acquisitions = 0;    // that begin
  double attempts = 0;        // that begin
  double given_up = 0;        // operations that end with a time-out
  double saved = 0;           // operations that end well after one
  double later_timeouts = 0;  // time-outs that end, less those that begin
  std::array<double, kCallOutcomes> outcomes{};
  std::array<double, Codes::kMost> codes{};
  double seconds = 0;  // over responses and time-outs; their squares
  double squares = 0;
};

// Begins the next step with so many operations, each as `op` has it. `attempts`: the first one, the second and so on.
void go_on(CallUnderWay& call, double operations, const Operation& op, std::span<const Attempt> attempts,
           const EdgeModel& edge, double dt_s);

// The step has ended after so much of it.
void keep(CallUnderWay& call, const EdgeModel& edge, double dt_s);

// Attempts that will time out, and have not yet.
double waited_for_in_vain(const CallUnderWay& call, const EdgeModel& edge);

// Seconds until something ends at another rate than just before; no less than a day if nothing does.
double next_turn(const CallUnderWay& call, const EdgeModel& edge);

// The process has ended, and what it was waiting for with it.
void forget(CallUnderWay& call);

}  // namespace firedrill::fake_services
