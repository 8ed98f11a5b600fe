// A cache is filled.
#include <algorithm>

#include "base/text/format.h"
#include "fake_services/actions/action.h"
#include "fake_services/actions/relief.h"

namespace firedrill::fake_services::actions {
namespace {

constexpr std::string_view kCures[] = {"cache_miss_storm"};
constexpr FieldSpec kFields[] = {
    {.name = "dependency", .type = FieldType::text, .doc = "only the cache before this dependency"},
};

std::optional<Misfit> misfit(const ServiceSpec& service, const Fields& arguments) {
  const std::string dependency = arguments.text("dependency");
  const bool has_one = std::ranges::any_of(service.dependencies, [&](const DependencySpec& each) {
    return each.cache && (dependency.empty() || each.name == dependency);
  });
  if (has_one) return std::nullopt;
  return Misfit{dependency.empty() ? std::string("it has no cache") : format("it has no cache before '{}'", dependency),
                "name the service that looks up in a cache before it calls (`cache:` of a dependency)"};
}

std::expected<void, std::string> pull(Levers& levers, const std::string& target, const Fields& arguments) {
  return levers.warm(target, arguments.text("dependency"));
}

std::string looked_up(const Observation& before, const Observation& after, std::string_view target) {
  return format("{:.0f} of {:.0f} look-ups in the cache of {} missed {} (before: {:.0f} of {:.0f})", after.cache_misses,
                after.cache_hits + after.cache_misses, target, lately(after), before.cache_misses,
                before.cache_hits + before.cache_misses);
}

std::optional<std::string> symptom(const Observation& before, const Observation& after, std::string_view target) {
  const double then = before.cache_hits + before.cache_misses;
  const double now = after.cache_hits + after.cache_misses;
  if (!stands_out(before.cache_misses, then, after.cache_misses, now)) return std::nullopt;
  return looked_up(before, after, target);
}

}  // namespace

ActionSpec warm_cache() {
  return {
      .kind = events::ActionKind::warm_cache,
      .name = "warm_cache",
      .summary = "a cache is filled, and not by the requests that miss it",
      .doc =
          "A minute after it was begun the entries that were lost are there again, read by a job and not by requests, "
          "and "
          "what kept losing them is over. It helped when fewer look-ups miss.",
      .fields = kFields,
      .cures = kCures,
      .takes = std::chrono::minutes(1),
      .misfit = misfit,
      .pull = pull,
      .symptom = symptom,
      .unseen = looked_up,
  };
}

}  // namespace firedrill::fake_services::actions
