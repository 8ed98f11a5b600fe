// Which labels of the alert a template reads.
#pragma once

#include <string>
#include <vector>

#include "alerting/template.h"
#include "alerting/template/nodes.h"

namespace firedrill::alerting {

// By place; offsets count from `begin` on in the parsed text. See Template::labels_used.
std::vector<LabelUse> label_uses(const Trees& trees, const std::string& main, std::size_t begin);

}  // namespace firedrill::alerting
