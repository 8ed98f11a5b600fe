#include "fake_services/pods/rollout.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {

std::vector<std::size_t> to_replace(std::span<const RollingPod> pods, double max_unavailable) {
  constexpr double kRounding = 1e-9;
  const double share = std::clamp(max_unavailable, 0.0, 1.0) * static_cast<double>(pods.size());
  const double allowed = std::max(1.0, maths::floor(share + kRounding));
  std::vector<std::size_t> out;
  double unavailable = 0;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    if (!pods[i].available || pods[i].going) unavailable += 1;
    if (pods[i].outdated && !pods[i].available && !pods[i].going) out.push_back(i);
  }
  for (std::size_t i = 0; i < pods.size() && unavailable < allowed; ++i) {
    if (!pods[i].outdated || !pods[i].available || pods[i].going) continue;
    out.push_back(i);
    unavailable += 1;
  }
  return out;
}

}  // namespace firedrill::fake_services
