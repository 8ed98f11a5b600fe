#include "alerting/annotations/rule_values.h"

#include <array>
#include <utility>

namespace firedrill::alerting {
namespace {

using templates::Field;
using templates::Kind;
using templates::Value;

template <auto member, typename Owner>
Value labels(const Value& object) {
  return templates::make_map(object.object<Owner>().*member);
}

template <typename Owner>
Value value(const Value& object) {
  return templates::boxed(templates::make_float(object.object<Owner>().value));
}

Value external_url(const Value& object) {
  return templates::make_text(object.object<RuleRoot>().external_url);
}

constexpr std::array kRootFields = std::to_array<Field>({
    {"Labels", labels<&RuleRoot::labels, RuleRoot>},
    {"ExternalLabels", labels<&RuleRoot::external_labels, RuleRoot>},
    {"ExternalURL", external_url},
    {"Value", value<RuleRoot>},
});

constexpr std::array kSampleFields = std::to_array<Field>({
    {"Labels", labels<&TemplateSample::labels, TemplateSample>},
    {"Value", value<TemplateSample>},
});

}  // namespace

constinit const templates::Type kRuleRootType{
    Kind::structure,
    "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }",
    nullptr, kRootFields};
constinit const templates::Type kSampleType{Kind::structure, "template.sample", nullptr, kSampleFields};
constinit const templates::Type kSamplePointerType{Kind::pointer, "*template.sample", &kSampleType};
constinit const templates::Type kQueryResultType{Kind::list, "template.queryResult", &kSamplePointerType};

std::shared_ptr<const templates::StringMap> to_map(const model::Labels& labels) {
  auto map = std::make_shared<templates::StringMap>();
  for (const model::Label& label : labels) map->emplace_hint(map->end(), label.name, label.value);
  return map;
}

Value make_query_result(const promql::Vector& vector) {
  templates::List samples;
  for (const promql::VectorSample& sample : vector) {
    samples.push_back(templates::make_object(
        std::make_shared<const TemplateSample>(to_map(sample.labels), sample.value), kSamplePointerType));
  }
  return templates::make_list(std::move(samples), kQueryResultType);
}

}  // namespace firedrill::alerting
