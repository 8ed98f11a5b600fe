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

std::span<const templates::Function> prometheus_functions();

}  // namespace firedrill::alerting
