// What is wrong with the templates of a configuration before anything is sent: Alertmanager finds out when it renders
// them, and sends nothing then.
#pragma once

#include <span>

#include "base/diagnostic.h"
#include "notify/config/config.h"
#include "notify/payload/templates.h"

namespace firedrill::notify {

// The configuration's files parsed, and all of its templates looked at. Errors: texts that do not parse, templates that
// call each other, whatever the alerts, for ever. Warnings: calls of templates that nobody defines.
PayloadTemplates checked_templates(const Configuration& configuration, std::span<const SourcePtr> files,
                                   Diagnostics& diagnostics);

}  // namespace firedrill::notify
