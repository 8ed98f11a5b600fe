#include "fake_services/pods/pod_identity.h"

#include "base/hash.h"
#include "base/text/format.h"

namespace firedrill::fake_services {
namespace {

constexpr std::string_view kOnlyNode = "node-1";
// Without vowels and what may be taken for them, so that no name says anything (apimachinery, util/rand).
constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
constexpr std::size_t kSuffix = 5;

std::string drawn_letters(std::uint64_t from, std::size_t count) {
  std::string out;
  for (; out.size() < count; from /= kLetters.size()) out += kLetters[from % kLetters.size()];
  return out;
}

}  // namespace

// The decimal digits of a 32-bit hash, each one letter.
std::string template_hash(const ServiceSpec& service, const PodTemplate& of) {
  const std::string key = format("{}/{}/{}/{}", service.name_space, service.name, of.version, of.restart);
  std::string out;
  for (const char digit : std::to_string(stable_hash(key) >> 32)) {
    out += kLetters[static_cast<std::size_t>(digit) % kLetters.size()];
  }
  return out;
}

PodIdentity identity_of(const ServiceSpec& service, std::string replica_set, std::uint64_t number,
                        std::uint64_t address, std::string node) {
  const std::uint64_t n = address + 10;
  PodIdentity out{.name_space = service.name_space,
                  .pod = {},
                  .container = service.name,
                  .deployment = service.name,
                  .uid = {},
                  .ip = format("10.{}.{}.{}", 64 + n / 65536 % 64, n / 256 % 256, n % 256),
                  .node = std::move(node),
                  .replica_set = std::move(replica_set)};
  const std::uint64_t chosen = stable_hash(format("{}/{}/{}", service.name_space, out.replica_set, number));
  out.pod = format("{}-{}", out.replica_set, drawn_letters(chosen >> 16, kSuffix));
  out.uid = pod_uid(service.name_space, out.pod, number);
  out.instance = format("{}:{}", out.pod, service.port);
  return out;
}

std::string pod_uid(std::string_view name_space, std::string_view pod, std::uint64_t number) {
  const std::string key = format("{}/{}/{}", name_space, pod, number);
  const std::uint64_t high = stable_hash(key);
  const std::uint64_t low = stable_hash(key, high);
  // The form of a random UUID, version 4.
  return format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xfff,
                0x8000 | ((low >> 48) & 0x3fff), low & 0xffffffffffff);
}

std::string node_of_zone(std::string_view zone) {
  return format("node-{}", zone);
}

std::string node_of(const ServiceSpec& service, std::size_t replica) {
  if (service.zones.empty()) return std::string(kOnlyNode);
  return node_of_zone(service.zones[replica % service.zones.size()]);
}

}  // namespace firedrill::fake_services
