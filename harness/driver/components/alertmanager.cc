// The embedded Alertmanager, where the scenario has one.
#include <string>
#include <vector>

#include "base/text/format.h"
#include "driver/components/component.h"
#include "driver/components/monitoring.h"
#include "monitor/alertmanager/embedded_alertmanager.h"
#include "promql/parse/printer.h"
#include "template/format/go_text.h"

namespace firedrill::driver {
namespace {

using monitor::EmbeddedAlertmanager;

// Where alerts of each rule say that they come from (Prometheus: rules/manager.go, SendAlerts).
std::vector<std::string> generator_urls(const scenario::LoadedScenario& scenario) {
  std::string base = scenario.scenario.prometheus.external_url;
  if (base.empty()) base = "http://localhost:9090";
  while (base.ends_with('/')) base.pop_back();
  std::vector<std::string> urls;
  for (const alerting::RuleFile& file : scenario.rule_files) {
    for (const alerting::RuleGroup& group : file.groups) {
      for (const alerting::Rule& rule : group.rules) {
        urls.push_back(
            format("{}/graph?g0.expr={}&g0.tab=1", base, templates::go_query_escape(promql::print(*rule.expression))));
      }
    }
  }
  return urls;
}

std::unique_ptr<events::Component> make(const Setup& setup, Wiring& wiring) {
  if (!setup.scenario.alertmanager || setup.options.programs != nullptr) return nullptr;
  auto made = std::make_unique<EmbeddedAlertmanager>(
      *setup.scenario.alertmanager, *wiring.targets,
      EmbeddedAlertmanager::Options{.seed = setup.options.seed,
                                    .start = setup.record.started,
                                    .origin = setup.record.judged_from,
                                    .end = setup.record.judged_to,
                                    .generator_urls = generator_urls(setup.scenario),
                                    .sends_may_fail = monitor_may_fail(setup.scenario),
                                    .budget = setup.options.budget},
      wiring.sink);
  wiring.receivers.push_back(made.get());
  wiring.alertmanager = made.get();
  return made;
}

std::unique_ptr<events::Component> copy(const events::Component& other, Wiring& wiring) {
  if (!wiring.watched) return nullptr;
  auto made = std::make_unique<EmbeddedAlertmanager>(static_cast<const EmbeddedAlertmanager&>(other), *wiring.targets,
                                                     wiring.sink);
  wiring.receivers.push_back(made.get());
  wiring.alertmanager = made.get();
  return made;
}

}  // namespace

namespace components {
ComponentKind alertmanager() {
  return {.name = "alertmanager", .make = make, .copy = copy};
}
}  // namespace components

}  // namespace firedrill::driver
