#include "console/drill/load_drill.h"

#include <algorithm>
#include <utility>

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "console/trainee.h"
#include "scenario/simulated_form.h"
#include "scenario/steady_state.h"

namespace firedrill::console {
namespace {

void check(const Drill& drill, const scenario::LoadedScenario& loaded, Diagnostics& diagnostics) {
  std::vector<std::string> services;
  for (const auto& service : loaded.topology.services) services.push_back(service.name);
  for (const Cause& cause : drill.causes) {
    if (cause.service.empty() || loaded.topology.find(cause.service) != nullptr) continue;
    report(diagnostics, cause.where, format("a cause is in '{}', which is no service of the scenario", cause.service),
           suggest(cause.service, services));
  }
  if (drill.lasts && *drill.lasts > loaded.scenario.duration) {
    report(diagnostics, drill.where_lasts,
           format("the drill is to last longer than its scenario, which lasts {}",
                  describe_duration(loaded.scenario.duration)),
           "shorten it, or lengthen the scenario's `duration`");
  }
}

}  // namespace

Result<LoadedDrill> load_drill(const DrillFile& file, const std::shared_ptr<const Variant>& variant) {
  const auto source = file.scenario.read();
  if (!source) return std::unexpected(source.error());
  auto text = variant->scenario_text(*source);
  if (!text) return std::unexpected(text.error());
  const std::string first = file.scenario.shown();
  FirstFile rewritten = file.scenario;
  rewritten.scope = file.scenario.scope.rewritten(
      [variant, first, text = *std::move(text)](const std::string& name, const std::string& was) {
        return name == first ? text : variant->with_names(was);
      },
      file.drill.name);
  auto loaded = scenario::load_scenario(rewritten, promql::Version::v3);
  if (!loaded) return std::unexpected(loaded.error());
  const Drill drill = variant->renamed(file.drill);
  Diagnostics diagnostics;
  check(drill, *loaded, diagnostics);
  if (drill.lasts) loaded->scenario.duration = std::min(loaded->scenario.duration, *drill.lasts);
  // What the scenario tells of its course is of people who play no part here.
  loaded->scenario.summary = format("A drill ({}). It trains {}. {}", drill.difficulty, drill.trains, drill.aim);
  auto made = trainee_scenario(*std::move(loaded));
  if (!made) {
    report(diagnostics, drill.where, format("nobody can work the scenario: {}", made.error()), "add what it lacks");
  }
  if (has_errors(diagnostics)) return failure(std::move(diagnostics));
  return LoadedDrill{std::make_shared<const Drill>(drill), *std::move(made)};
}

Result<LoadedDrill> load_steady_drill(const DrillFile& file, std::int64_t number) {
  auto loaded = load_drill(file, number);
  if (!loaded) return loaded;
  if (Diagnostics found = scenario::simulated_misfits(*loaded->scenario); has_errors(found)) {
    return failure(std::move(found));
  }
  if (Diagnostics found = scenario::unsteady_services(*loaded->scenario); has_errors(found)) {
    return failure(std::move(found));
  }
  return loaded;
}

Result<LoadedDrill> load_drill(const DrillFile& file, std::int64_t number) {
  return load_drill(file, std::make_shared<const Variant>(file.drill, file.scenario_name, number));
}

}  // namespace firedrill::console
