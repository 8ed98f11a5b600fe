// The functions that Alertmanager gives its templates (template/template.go: DefaultFuncs).
#pragma once

#include <span>

#include "base/time.h"
#include "notify/version.h"
#include "template/values/function.h"

namespace firedrill::notify {

// What they reach besides their arguments.
struct TemplateHost {
  Time now{};  // of `now` and `since`
};

std::span<const templates::Function> alertmanager_functions(Version version);

}  // namespace firedrill::notify
