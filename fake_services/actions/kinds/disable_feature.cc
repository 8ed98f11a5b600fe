// What can be done without is switched off.
#include <algorithm>

#include "base/diagnostic.h"
#include "base/text/format.h"
#include "fake_services/actions/action.h"
#include "fake_services/actions/relief.h"

namespace firedrill::fake_services::actions {
namespace {

constexpr FieldSpec kFields[] = {
    {.name = "dependency",
     .type = FieldType::text,
     .required = true,
     .doc = "the service that the feature calls, and that is no longer called"},
    {.name = "on", .type = FieldType::text, .doc = "`yes` switches it on again"},
};

std::optional<FieldProblem> check(const Fields& arguments) {
  const std::string on = arguments.text("on", "no");
  if (on == "yes" || on == "no") return std::nullopt;
  return FieldProblem{"on", format("'on' cannot be '{}'", on), "expected yes or no"};
}

std::optional<Misfit> misfit(const ServiceSpec& service, const Fields& arguments) {
  const std::string dependency = arguments.text("dependency");
  std::vector<std::string> names;
  for (const DependencySpec& each : service.dependencies) names.push_back(each.name);
  if (std::ranges::find(names, dependency) != names.end()) return std::nullopt;
  return Misfit{format("it does not depend on '{}'", dependency),
                names.empty() ? "it calls nobody" : suggest(dependency, names)};
}

std::expected<void, std::string> pull(Levers& levers, const std::string& target, const Fields& arguments) {
  return levers.switch_off(target, arguments.text("dependency"), arguments.text("on", "no") != "yes");
}

}  // namespace

ActionSpec disable_feature() {
  return {
      .kind = events::ActionKind::disable_feature,
      .name = "disable_feature",
      .summary = "what can be done without is switched off",
      .doc =
          "From here on the service's requests are answered without calling `dependency`, as behind a feature's "
          "switch: "
          "what waited for it no longer does, what failed with it is answered. Nothing says what the answer lacks. It "
          "helped when fewer requests to the service fail, or they are answered sooner.",
      .fields = kFields,
      .shows_within = std::chrono::minutes(5),
      .misfit = misfit,
      .check = check,
      .pull = pull,
      .symptom = relief,
      .unseen = no_relief,
  };
}

}  // namespace firedrill::fake_services::actions
