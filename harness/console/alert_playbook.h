// Which playbook an alert names.
#pragma once

#include <string>
#include <vector>

#include "console/observation.h"

namespace firedrill::console {

// By its annotation `runbook_url` or `playbook`: a playbook's name, or an address that ends with it. Empty: it names
// none of these.
std::string playbook_of(const AlertView& alert, const std::vector<PlaybookView>& playbooks);

}  // namespace firedrill::console
