// What a replica answers to its probes: the requests of a kubelet meet the same listener, queue, processor and faults
// as those of everybody else, but are so few that each is drawn by itself.
#pragma once

#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "fake_services/pods/probe_handlers.h"
#include "fake_services/traffic/flow.h"

namespace firedrill::fake_services {

// The path under which a service answers a probe of this type: what /health/live, /health/ready and /health/startup
// stand for, and otherwise what the probe asks for: a service is taken to serve the path that its own probe names.
ProbeType asked_for(ProbeType type, const ProbeSpec& spec);

// Of a replica of class `k` that listens.
HttpResponse draw_health_response(const ServiceModel& model, const ReplicaClass& k, ProbeType type,
                                  const ProbeSpec& spec, RandomStream& chance);

// The dependencies that the readiness endpoint looks at (ServiceSpec::readiness_checks), each with one request over its
// pool: it fails where the breaker is open, no connection comes free or comes about, or no response comes in time. An
// answer of any code counts as a dependency that is there. `waited` grows by the time-outs met.
std::vector<DependencyCheck> draw_checks(const ServiceModel& model, const ReplicaClass& k, RandomStream& chance,
                                         Duration& waited);

// All probes of the replica succeed at once, but for one in more than a million.
bool surely_healthy(const ServiceModel& model, const ReplicaClass& k);

}  // namespace firedrill::fake_services
