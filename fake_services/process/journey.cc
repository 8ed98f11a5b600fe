#include "fake_services/process/journey.h"

#include "base/maths.h"
#include "base/text/format.h"

namespace firedrill::fake_services {
namespace {

// The turns of a stage that are made at the same time: over with the last of them, or with the first that fails.
struct Together {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t under_way = 0;
  std::optional<Cause> failed;
};

}  // namespace

Journeys::Journeys(const ServiceModel& service, std::vector<std::unique_ptr<Dependency>>& dependencies,
                   std::uint64_t seed, std::string_view pod)
    : service_(service), dependencies_(dependencies), chance_(seed, format("process/{}/journeys", pod)) {}

std::optional<Cause> Journeys::travel(const RouteModel& route) {
  for (const StageModel& each : route.stages) {
    if (const auto failed = stage(each)) return failed;
  }
  return std::nullopt;
}

std::optional<Cause> Journeys::turn(std::size_t call) {
  const CallModel& model = service_.calls[call];
  if (!chance_.happens(model.probability)) return std::nullopt;
  const double whole = maths::floor(model.times);
  const double times = whole + (chance_.happens(model.times - whole) ? 1 : 0);
  const bool critical = service_.edges[model.edge].spec.critical;
  for (double made = 0; made < times; made += 1) {
    const auto failed = dependencies_[model.edge]->call(model.weights);
    if (failed && critical) return failed;
  }
  return std::nullopt;
}

std::optional<Cause> Journeys::stage(const StageModel& stage) {
  if (stage.calls.size() == 1) return turn(stage.calls.front());
  const auto together = std::make_shared<Together>();
  together->under_way = stage.calls.size();
  const auto make = [this, together](std::size_t call) {
    const auto failed = turn(call);
    const std::scoped_lock lock(together->mutex);
    --together->under_way;
    if (failed && !together->failed) together->failed = failed;
    together->changed.notify_all();
  };
  for (const std::size_t call : stage.calls) {
    threads_.begin([make, call] { make(call); });
  }
  std::unique_lock lock(together->mutex);
  together->changed.wait(lock, [&] { return together->under_way == 0 || together->failed; });
  return together->failed;
}

}  // namespace firedrill::fake_services
