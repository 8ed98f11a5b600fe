// Secrets that a configuration of Prometheus or Alertmanager holds, and messages about it.
#pragma once

#include <span>
#include <vector>

#include "base/diagnostic.h"
#include "base/text/secret.h"
#include "yaml/document.h"

namespace firedrill::yaml {

// The texts below the root whose field is secret (base/text/redact.h), wherever they stand, behind aliases too.
std::vector<Secret> secrets_of(const Node& root);

// The messages with <secret> for every one of them that stands in what they say as a word of its own; without their
// line if it stands there where nobody would look for a secret (behind an anchor, say).
void conceal(std::span<const Secret> secrets, Diagnostics& diagnostics);

}  // namespace firedrill::yaml
