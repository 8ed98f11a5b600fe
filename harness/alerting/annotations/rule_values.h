// What Prometheus hands its templates: the root and the samples of queries, as Go values.
#pragma once

#include <memory>
#include <string>

#include "promql/value.h"
#include "template/values/value.h"

namespace firedrill::alerting {

// .Labels, .ExternalLabels, .ExternalURL and .Value.
struct RuleRoot {
  std::shared_ptr<const templates::StringMap> labels;
  std::shared_ptr<const templates::StringMap> external_labels;
  std::string external_url;
  double value = 0;
};

struct TemplateSample {
  std::shared_ptr<const templates::StringMap> labels;
  double value = 0;
};

extern const templates::Type kRuleRootType;
extern const templates::Type kSampleType;         // template.sample
extern const templates::Type kSamplePointerType;  // *template.sample
extern const templates::Type kQueryResultType;    // template.queryResult

std::shared_ptr<const templates::StringMap> to_map(const model::Labels& labels);
templates::Value make_query_result(const promql::Vector& vector);

}  // namespace firedrill::alerting
