// Any text as a template: parsed and, if it is one, rendered.
#include <cstdint>
#include <string>

#include "alerting/annotations/rule_template.h"

namespace {

using namespace firedrill;

alerting::TemplateWorld make_world() {
  alerting::TemplateWorld world;
  world.external_labels = {{"cluster", "eu1"}};
  world.external_url = "https://prom.example/path%20of?x";
  world.query = [](const std::string& expression, Time) -> std::expected<promql::Vector, std::string> {
    if (expression.empty()) return std::unexpected("1:1: parse error: no expression found in input");
    return promql::Vector{{{{"a", "1"}}, 1}, {{{"a", "0"}}, 2.5}};
  };
  return world;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const alerting::TemplateWorld world = make_world();
  static const model::Labels labels{{"__name__", "m"}, {"instance", "web-0:8080"}, {"job", "api"}};
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto parsed = alerting::Template::parse("Fuzz", text);
  if (!parsed) return 0;
  parsed->labels_used();
  parsed->render({labels, 0.0037}, world, Time(std::chrono::seconds(1'700'000'000)));
  return 0;
}
