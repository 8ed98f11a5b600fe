// The fields of a container's resources, as Kubernetes spells them, and what they decode to.
#include "fake_services/topology/topology_fields.h"

namespace firedrill::fake_services {
namespace {

using enum FieldType;

constexpr FieldSpec kResources[] = {
    {.name = "cpu", .type = text, .doc = "cores, as a quantity: 0.5 or 500m"},
    {.name = "memory", .type = bytes, .doc = "as a quantity: 512Mi", .min = 0},
    {.name = "ephemeral-storage", .type = bytes, .doc = "as a quantity: 1Gi; without effect, see `disk`", .min = 0},
};

constexpr FieldSpec kClaim[] = {
    {.name = "name", .type = text, .required = true, .doc = "of one of the pod's claims"},
    {.name = "request", .type = text, .doc = "one of the claim's requests; all of them if absent"},
};

}  // namespace

std::span<const FieldSpec> resource_fields() {
  return kResources;
}

std::span<const FieldSpec> resource_claim_fields() {
  return kClaim;
}

ResourceList make_resources(const Fields& fields) {
  ResourceList list;
  if (fields.has("cpu")) list.cpu = parse_cores(fields.text("cpu")).value_or(-1);
  if (fields.has("memory")) list.memory = fields.number("memory");
  if (fields.has("ephemeral-storage")) list.ephemeral_storage = fields.number("ephemeral-storage");
  return list;
}

}  // namespace firedrill::fake_services
