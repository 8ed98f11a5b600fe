// A team's own texts of posts, from the folder that its on-call file names.
#pragma once

#include <vector>

#include "base/files/read_scope.h"
#include "oncall/communication/policy.h"

namespace firedrill::oncall {

// Adds them to the policy's; paths count from the scope's folder, the on-call file's own. What was read; that there is
// nothing, or that a text does not parse or reads what there is not, is told.
std::vector<SourcePtr> read_post_templates(CommunicationPolicy& policy, const ReadScope& scope,
                                           Diagnostics& diagnostics);

}  // namespace firedrill::oncall
