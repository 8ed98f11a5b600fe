// Any bytes as an alertmanager.yml or as the resources that stand for one: whatever they are, there is a configuration,
// with payloads of what it sends, or there are errors. And as matchers, as tests of a configuration, and as templates.
#include <cstddef>
#include <cstdint>
#include <string>

#include "model/labels.h"
#include "notify/config/load.h"
#include "notify/payload/check.h"
#include "notify/payload/payload.h"
#include "notify/payload/sample.h"
#include "notify/route/explain.h"
#include "notify/route/route.h"
#include "notify/testfile/test_file_yaml.h"
#include "yaml/document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace firedrill;
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)notify::parse_matchers(text);
  Diagnostics found;
  const auto document = yaml::Document::parse(make_source("fuzz.yml", text), found, yaml::Dialect::prometheus);
  if (document == nullptr) return 0;
  (void)notify::decode_configuration_tests(*document, notify::kNewest, found);
  const auto configuration = notify::decode_configuration(*document, {}, found);
  if (!configuration) return 0;
  const model::Labels labels{
      {"alertname", "DiskFull"}, {"namespace", "shop"}, {"severity", "critical"}, {"team", "shop"}};
  (void)notify::explain_routes(*configuration, labels, Time{});
  (void)notify::tree_svg(*configuration);
  const SourcePtr file = make_source("fuzz.tmpl", text);
  const notify::PayloadTemplates templates = notify::checked_templates(*configuration, {&file, 1}, found);
  for (const bool is_resolved : {false, true}) {
    const notify::SampleAlert sample{
        .labels = labels, .annotations = {{"summary", "<full> & more"}}, .at = Time{}, .is_resolved = is_resolved};
    for (const notify::Notification& each : notify::sample_notifications(*configuration, sample)) {
      (void)notify::payload_of({.configuration = *configuration, .templates = templates, .external_url = {}}, each);
    }
  }
  return 0;
}
