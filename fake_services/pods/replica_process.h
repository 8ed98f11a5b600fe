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
  // `known`: the container that `state` is about; another one has only just started.
  ReplicaProcess(const ServiceModel& model, const ReplicaClass& k, const ProcessState& state, const Pod& pod,
                 std::uint64_t known, RandomStream& chance)
      : model_(model), class_(k), state_(state), pod_(pod), known_(known), chance_(chance) {}

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
};

}  // namespace firedrill::fake_services
