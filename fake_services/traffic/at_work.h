// What is under way ends after its time, also while rates change: what is told to end so or so at once counts at its
// end. In the long run nothing depends on it.
#pragma once

#include <cstddef>
#include <vector>

#include "fake_services/traffic/times.h"

namespace firedrill::fake_services {

// What comes out in the order in which it went in, so many seconds later; where that takes longer than before, nothing
// may come out for a while. Until the first step is kept the rate has always been the same.
class DelayLine {
 public:
  DelayLine() = default;
  // `begun`: nothing has gone in so far.
  explicit DelayLine(bool begun) : started_(begun) {}
  // What comes out on average over the next step, if `rate` goes in.
  double out(double rate, double dt_s, double delay_s) const;
  // That step has ended, maybe early; so much came out of it a second. What has come out too early or too late by that
  // is made up for in the next one.
  void keep(double rate, double out, double dt_s, double delay_s);
  // What is in it, in units of the rate times seconds.
  double content(double rate, double delay_s) const;
  // Seconds until what comes out turns to another rate, by much; a day or more: it does not.
  double next_turn(double delay_s) const;
  bool idle() const { return started_ && slices_.empty() && inside_ == 0; }
  void scale(double factor);

 private:
  struct Slice {
    double seconds = 0;
    double rate = 0;
  };
  bool started_ = false;
  double inside_ = 0;          // what went in, less what came out
  std::vector<Slice> slices_;  // oldest first, no more than are still inside
};

// Requests at work that end alike: none before `least_s`, which a time-out or a constant delay may make long, and from
// then on at random.
struct Ending {
  Law of;            // the law that the two are of, kept so that no other one can come to lie where it lay
  double share = 0;  // of the requests that get a worker
  double least_s = 0;
  double rest_s = 0;  // mean, beyond that
  DelayLine line;
  double comes = 0;  // out of it, in this step
  double held = 0;   // beyond it
  double next_held = 0;
  double rate = 0;  // at which they end
};

// All that are at work in a replica.
struct AtWork {
  std::vector<Ending> endings;
  double silent_share = 0;  // of the requests that get a worker: never answered
  double silent = 0;
  double next_silent = 0;
  double begun = 0;    // per second, in this step
  double usual_s = 0;  // for which a worker is taken by those that are answered, in the long run
};

// Takes a law for the ending; nothing: no request ends so.
void set_ending(Ending& ending, double share, const Law& law);

// Busy workers for each request that ends a second in the next step, if so many begin a second: seconds. In the long
// run the mean time at work.
double leaving_after(const AtWork& work, double begins, double dt_s);

// The rates at which requests end in the next step.
void go_on(AtWork& work, double begins, double dt_s);

// Some of them end no sooner than the shortest steps of the flow.
bool holds_long(const AtWork& work);

// Seconds until requests end at another rate than just before, after their least time; a day or more: they do not.
double next_turn(const AtWork& work);

// The step has ended after so much of it; then so many workers are busy.
void keep(AtWork& work, double dt_s, double part, double busy);

}  // namespace firedrill::fake_services
