// A replica's processor, shared among the requests at work (M/G/c-PS): as many as it has cores for go at full speed,
// more share them. How many there are does not depend on the law of their work, only on its mean.
#pragma once

#include "fake_services/traffic/times.h"

namespace firedrill::fake_services {

struct ProcessorLoad {
  double room = 0;     // requests that it has the cores for
  double load = 0;     // requests that would be at work if there were room for all, on average
  double workers = 0;  // requests at most
};

// The share of time in which more are at work than there is room for, and, over all time, of how much of their speed
// that takes.
struct Crowding {
  double share = 0;
  double slowed = 0;
};
Crowding crowding(const ProcessorLoad& processor);

// By how much the mean time at work is longer than alone, at full speed.
double shared_stretch(const ProcessorLoad& processor);

// The law of the time at work by that alone at full speed, with such a mean stretch. What a request finds when it comes
// lasts for most of its time.
Times shared_times(const Times& alone, const ProcessorLoad& processor, double stretch);

}  // namespace firedrill::fake_services
