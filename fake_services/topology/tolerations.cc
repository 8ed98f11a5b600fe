#include "fake_services/topology/tolerations.h"

#include <algorithm>
#include <string_view>

namespace firedrill::fake_services {
namespace {

constexpr std::string_view kUnreachable = "node.kubernetes.io/unreachable";
constexpr std::string_view kNoExecute = "NoExecute";
constexpr Duration kByDefault = std::chrono::seconds(300);

bool matches(const TolerationSpec& toleration) {
  if (!toleration.effect.empty() && toleration.effect != kNoExecute) return false;
  if (toleration.key.empty()) return toleration.exists;
  return toleration.key == kUnreachable && (toleration.exists || toleration.value.empty());
}

}  // namespace

std::optional<Duration> tolerates_unreachable_for(const ServiceSpec& service) {
  bool any = false;
  std::optional<Duration> least;
  for (const TolerationSpec& toleration : service.tolerations) {
    if (!matches(toleration)) continue;
    any = true;
    if (!toleration.seconds) continue;
    const Duration seconds = std::chrono::seconds(std::max<std::int64_t>(0, *toleration.seconds));
    least = std::min(least.value_or(seconds), seconds);
  }
  return any ? least : kByDefault;
}

}  // namespace firedrill::fake_services
