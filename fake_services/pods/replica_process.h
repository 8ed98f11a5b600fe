// The process of a replica, as its kubelet meets it at one instant.
#pragma once

#include "base/random.h"
#include "fake_services/pods/pod.h"
#include "fake_services/pods/probe_handlers.h"
#include "fake_services/pods/process_state.h"
#include "fake_services/traffic/flow.h"

namespace firedrill::fake_services {

class ReplicaProcess final : public Process {
 public:
  // `known`: the container that `state` is about; another one has only just started. `routed_for`: how long requests
  // are still sent to it when it is told to end.
  ReplicaProcess(const ServiceModel& model, const ReplicaClass& k, const ProcessState& state, const Pod& pod,
                 std::uint64_t known, RandomStream& chance, Duration routed_for = Duration(0))
      : model_(model), class_(k), state_(state), pod_(pod), known_(known), chance_(chance), routed_for_(routed_for) {}

  ProbeOutcome probe(ProbeType type, const ProbeSpec& spec, Time now) override;
  std::optional<Duration> shutdown(Time now) override;

 private:
  bool listens() const;
  std::optional<bool> forced(ProbeType type) const;
  HttpResponse answer(ProbeType type, const ProbeSpec& spec);

  const ServiceModel& model_;
  const ReplicaClass& class_;
  const ProcessState& state_;
  const Pod& pod_;
  std::uint64_t known_;
  RandomStream& chance_;
  Duration routed_for_;
};

}  // namespace firedrill::fake_services
