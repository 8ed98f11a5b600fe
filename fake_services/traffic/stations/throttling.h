// How often a processor's quota is used up, and for how long all stands still then: what a container's counters of
// throttling count. The time is the container's, from when the quota runs out to the end of the period. The kernel adds
// it up over the processors whose run queues it stops (cfs_rq, throttled_time): this is what it counts where the
// threads of a container wait on one of them.
//
// Where work is short against a period, what is asked for in a period is taken for a Poisson number of units of work,
// and what is left over for exponential, as the workload of a queue is beyond zero. Longer work is held up as long as
// more of it is there than the quota has room for. Within a fifth of a simulation of periods, and mostly within a tenth
// (throttling_test.cc).
#pragma once

#include "fake_services/traffic/distribution.h"
#include "fake_services/traffic/processor.h"

namespace firedrill::fake_services {

struct ReplicaClass;
struct ServiceModel;

struct Throttling {
  double periods = 0;  // share of them in which the quota is used up
  double time = 0;     // share of it in which all stands still
};

// `alone`: the time at work where nothing stands still.
Throttling throttling(const ProcessorLoad& processor, Moments alone);
// Of a replica, as it is loaded: as its station's periods were sampled (stations/quota_station.h), where it has one.
Throttling throttling(const ServiceModel& model, const ReplicaClass& k);

}  // namespace firedrill::fake_services
