// Go templates as rules have them: parsing, and rendering the annotations of an alert.
#include <array>
#include <string>
#include <vector>

#include "alerting/annotations/rule_template.h"
#include "bench.h"

namespace firedrill::bench {
namespace {

constexpr std::array<std::string_view, 3> kTexts = {
    "Latency is high",
    "{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} in {{ $labels.cluster }} fail",
    "{{ if gt $value 0.5 }}Most{{ else }}Some{{ end }} of {{ .Labels.service | toUpper }}'s requests fail: "
    "{{ printf \"%.2f\" $value }} over {{ humanizeDuration 300 }}. {{ range $name, $text := $labels }}"
    "{{ $name }} is {{ $text }}; {{ end }}runbook: https://runbooks/{{ reReplaceAll \"-[0-9]+$\" \"\" .Labels.service "
    "}}"};

std::vector<alerting::Template> parsed() {
  std::vector<alerting::Template> out;
  for (const std::string_view text : kTexts) out.push_back(value_of(alerting::Template::parse("ErrorsHigh", text)));
  return out;
}

void parse(benchmark::State& state) {
  std::size_t bytes = 0;
  for (const std::string_view text : kTexts) bytes += text.size();
  for (auto _ : state) benchmark::DoNotOptimize(parsed());
  bound_by_bytes(state, static_cast<double>(bytes), "three templates' text");
}
BENCHMARK(parse)->Name("template/parse");

void render(benchmark::State& state) {
  const std::vector<alerting::Template> templates = parsed();
  const model::Labels labels = {
      {"__name__", "errors"}, {"cluster", "eu1"}, {"pod", "checkout-0"}, {"service", "checkout-02"}};
  const alerting::TemplateWorld world;
  std::size_t bytes = 0;
  for (auto _ : state) {
    bytes = 0;
    for (const alerting::Template& text : templates) {
      bytes += value_of(text.try_render({labels, 0.53}, world, Time{})).size();
    }
  }
  bound_by_bytes(state, static_cast<double>(bytes), "three rendered texts");
}
BENCHMARK(render)->Name("template/render");

}  // namespace
}  // namespace firedrill::bench
