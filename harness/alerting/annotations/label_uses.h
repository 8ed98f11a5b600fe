// Which labels of the alert a template reads.
#pragma once

#include <string>
#include <vector>

#include "alerting/annotations/label_use.h"
#include "template/parse/definitions.h"

namespace firedrill::alerting {

// By place; offsets count from `begin` on in the parsed text. See Template::labels_used.
std::vector<LabelUse> label_uses(const templates::Definitions& definitions, const std::string& main, std::size_t begin);

}  // namespace firedrill::alerting
