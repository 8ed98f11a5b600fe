#include "scenario/file_form.h"

#include "alerting/rules_yaml.h"
#include "fake_services/exporters/exporter_yaml.h"
#include "fake_services/topology/topology_yaml.h"
#include "incident/slo/slos_yaml.h"
#include "notify/config/load.h"
#include "notify/testfile/test_file_yaml.h"
#include "oncall/roster_yaml.h"
#include "ruletest/unit_test_yaml.h"

namespace firedrill::scenario {
namespace {

// Keys that files of another kind have too (`version`, `name`, `start`) tell nothing.
constexpr std::string_view kScenarioKeys[] = {"topology", "faults",    "expectations", "incidents",
                                              "warmup",   "overrides", "summary"};
constexpr std::string_view kConfigurationKeys[] = {
    "scrape_configs",      "global",  "alerting", "rule_files", "remote_write", "remote_read",
    "scrape_config_files", "storage", "tracing",  "runtime",    "otlp"};

constexpr const yaml::FileForm* kForms[] = {
    &kScenarioForm,
    &fake_services::kTopologyForm,
    &fake_services::kExporterForm,
    &alerting::kRuleForm,
    &notify::kConfigurationTestForm,  // before unit tests, which have `tests:` too
    &ruletest::kUnitTestForm,
    &incident::kSloForm,
    &notify::kAlertmanagerForm,
    &oncall::kRosterForm,
    &kConfigurationForm};

}  // namespace

constinit const yaml::FileForm kScenarioForm = {"scenario", kScenarioKeys,
                                                "expected `topology:`, `faults:` and `expectations:`"};
constinit const yaml::FileForm kConfigurationForm = {
    .name = "configuration",
    .keys = kConfigurationKeys,
    .expected = "expected a prometheus.yml, with `global:`, `rule_files:` or `scrape_configs:`",
    .merges_in_order = true};
constinit const yaml::FileForms kFileForms = {
    kForms,
    "expected a scenario (`topology:`), a topology (`services:`), an exporter (`exporter:`), a rule file (`groups:`), "
    "a unit test (`tests:`), "
    "a Prometheus configuration (`scrape_configs:`), an Alertmanager configuration (`route:`), an SLO file "
    "(`slos:`) or an on-call file (`schedule:`)"};

}  // namespace firedrill::scenario
