// Go's text/template, step three: executing a tree (Go: text/template/exec.go gives the rules and the messages).
#pragma once

#include <expected>
#include <string>

#include "base/bounds/budget.h"
#include "template/parse/definitions.h"
#include "template/run/output.h"
#include "template/values/function.h"

namespace firedrill::templates {

// The error is Go's: `template: name:1:5: executing "name" at <…>: what`. The budget and the output may be
// null.
std::expected<std::string, std::string> execute_template(const std::string& name, const Definitions& definitions,
                                                         const Value& root, const CallContext& context, Budget* budget,
                                                         Output* output = nullptr);

}  // namespace firedrill::templates
