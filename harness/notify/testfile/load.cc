#include "notify/testfile/load.h"

#include <algorithm>

#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/load.h"
#include "notify/payload/check.h"
#include "notify/testfile/test_file_yaml.h"

namespace firedrill::notify {
namespace {

using yaml::Dialect;

std::shared_ptr<const Configuration> read_configuration(const FirstFile& file, const ConfigurationTestFile& tests,
                                                        Version version, Diagnostics& found) {
  const auto source = file.scope.read_mentioned(tests.configuration);
  if (!source) {
    for (const Diagnostic& each : source.error()) report(found, tests.configuration_at, each.what, each.remedy);
    return nullptr;
  }
  const auto document = parse_as(kAlertmanagerForm, *source, Dialect::prometheus, found);
  if (document == nullptr) return nullptr;
  auto configuration = decode_configuration(*document, {.version = version}, found);
  if (!configuration) return nullptr;
  configuration->file = (*source)->name;
  return std::make_shared<const Configuration>(std::move(*configuration));
}

class Check {
 public:
  Check(const Configuration& configuration, Diagnostics& diagnostics)
      : configuration_(configuration), diagnostics_(diagnostics) {
    for (const Receiver& each : configuration.receivers) names_.push_back(each.name);
    for (const NamedTimeInterval& each : configuration.time_intervals) intervals_.push_back(each.name);
  }

  void test(const ConfigurationTest& test) {
    for (const ReceiverFailure& each : test.receiver_failures) receiver(each.receiver, each.integration, each.where);
    for (const NotificationCase& each : test.notification_cases) receiver(each.receiver, each.integration, each.where);
    for (const RouteCase& each : test.route_cases) {
      for (const std::string& name : each.receivers) receiver(name, {}, each.where);
      for (const std::string& name : each.muted_by.value_or(std::vector<std::string>{})) {
        if (std::ranges::find(intervals_, name) != intervals_.end()) continue;
        report(diagnostics_, each.where, format("the configuration has no time interval '{}'", name),
               suggest(name, intervals_));
      }
    }
  }

 private:
  void receiver(const std::string& name, std::optional<std::size_t> integration, const Position& where) {
    const Receiver* found = configuration_.receiver(name);
    if (found == nullptr) {
      report(diagnostics_, where, format("the configuration has no receiver '{}'", name), suggest(name, names_));
    } else if (integration && *integration >= found->integrations.size()) {
      report(diagnostics_, where, format("receiver '{}' has no integration {}", name, *integration),
             format("it has {}, counted from 0", found->integrations.size()));
    }
  }

  const Configuration& configuration_;
  Diagnostics& diagnostics_;
  std::vector<std::string> names_;
  std::vector<std::string> intervals_;
};

}  // namespace

Result<LoadedTests> load_configuration_tests(const FirstFile& file, Version version) {
  const auto source = file.read();
  if (!source) return std::unexpected(source.error());
  Diagnostics found;
  LoadedTests loaded;
  const auto document = parse_as(kConfigurationTestForm, *source, Dialect::strict, found);
  if (document != nullptr) loaded.file = decode_configuration_tests(*document, version, found);
  if (document != nullptr && !loaded.file.configuration.empty()) {
    loaded.configuration = read_configuration(file, loaded.file, version, found);
  }
  if (loaded.configuration != nullptr) {
    Check check(*loaded.configuration, found);
    for (const ConfigurationTest& test : loaded.file.tests) check.test(test);
    const std::filesystem::path named = loaded.file.configuration;
    const std::filesystem::path from =
        loaded.file.templates_from.empty() ? named.parent_path() : std::filesystem::path(loaded.file.templates_from);
    const auto files = read_templates(*loaded.configuration, from.empty() ? file.scope : file.scope.from(from), found);
    loaded.rendering = checked_templates(*loaded.configuration, files, found);
  }
  if (document == nullptr || has_errors(found)) {
    tidy_and_limit(found);
    return failure(std::move(found));
  }
  loaded.warnings = std::move(found);
  return loaded;
}

}  // namespace firedrill::notify
