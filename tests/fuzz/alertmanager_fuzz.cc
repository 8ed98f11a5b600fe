// Any bytes as an alertmanager.yml: whatever they are, there is a configuration or there are errors. And as matchers.
#include <cstddef>
#include <cstdint>
#include <string>

#include "model/labels.h"
#include "notify/config/load.h"
#include "notify/route/explain.h"
#include "notify/route/route.h"
#include "yaml/document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace firedrill;
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)notify::parse_matchers(text);
  Diagnostics found;
  const auto document = yaml::Document::parse(make_source("fuzz.yml", text), found, yaml::Dialect::prometheus);
  if (document == nullptr) return 0;
  const auto configuration = notify::decode_configuration(*document, {}, found);
  if (!configuration) return 0;
  const model::Labels labels{{"severity", "critical"}, {"team", "shop"}};
  (void)notify::explain_routes(*configuration, labels, Time{});
  (void)notify::tree_svg(*configuration);
  return 0;
}
