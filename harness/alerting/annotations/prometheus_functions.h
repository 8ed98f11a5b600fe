// The functions that Prometheus gives its templates (Prometheus: template/template.go).
#pragma once

#include <span>

#include "alerting/annotations/template_world.h"
#include "base/time.h"
#include "template/values/function.h"

namespace firedrill::alerting {

// The host that the functions are called with (templates::CallContext).
struct RuleHost {
  const TemplateWorld& world;
  Time now;
};

// Those that the version has.
std::span<const templates::Function> prometheus_functions(promql::Version version);
// Whether a later version has a function of this name.
bool is_later_function(std::string_view name, promql::Version version);

}  // namespace firedrill::alerting
