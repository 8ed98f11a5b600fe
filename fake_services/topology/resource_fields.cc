// The fields of a container's resources, as Kubernetes spells them, and what they decode to.
#include "fake_services/topology/topology_fields.h"

namespace firedrill::fake_services {
namespace {

using enum FieldType;

constexpr FieldSpec kResources[] = {
    {.name = "cpu", .type = text, .doc = "cores, as a quantity: 0.5 or 500m"},
    {.name = "memory", .type = bytes, .doc = "as a quantity: 512Mi", .min = 1},
};

}  // namespace

std::span<const FieldSpec> resource_fields() {
  return kResources;
}

ResourceList make_resources(const Fields& fields) {
  ResourceList list;
  if (fields.has("cpu")) list.cpu = parse_cores(fields.text("cpu")).value_or(-1);
  if (fields.has("memory")) list.memory = fields.number("memory");
  return list;
}

}  // namespace firedrill::fake_services
