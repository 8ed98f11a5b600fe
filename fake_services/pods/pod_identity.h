// Who a pod is. A container that restarts keeps all of it; a pod that takes another's place has a name, a uid and an
// address of its own, and the ReplicaSet of the template that it was made from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

struct PodIdentity {
  std::string name_space;
  std::string pod;         // checkout-6d4cf56db6-x7k2p
  std::string container;   // checkout
  std::string deployment;  // checkout
  std::string uid;
  std::string ip = {};
  std::string node = {};
  std::string replica_set = {};  // checkout-6d4cf56db6
  std::string instance = {};     // its target: checkout-6d4cf56db6-x7k2p:8080
};

// What a Deployment makes pods from.
struct PodTemplate {
  std::string_view version;
  std::int64_t restart = 0;  // another one for each `kubectl rollout restart`
};

// The label `pod-template-hash`, in the form that Kubernetes gives it.
std::string template_hash(const ServiceSpec& service, const PodTemplate& of);

// The pod of a ReplicaSet that is the `number`th of its service and has the `address`th address of all.
PodIdentity identity_of(const ServiceSpec& service, std::string replica_set, std::uint64_t number,
                        std::uint64_t address, std::string node);

// A UUID that only depends on the names, and on how many pods of the service there were before.
std::string pod_uid(std::string_view name_space, std::string_view pod, std::uint64_t number);

// The node on which the pods of a zone are: the label `node` of its kubelet.
std::string node_of_zone(std::string_view zone);
// The node of a replica, unless it is drained; of services without zones all are on one.
std::string node_of(const ServiceSpec& service, std::size_t replica);

}  // namespace firedrill::fake_services
