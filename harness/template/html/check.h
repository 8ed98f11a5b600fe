// What html/template refuses of a template before it executes any of it, whatever the data (Go:
// html/template/escape.go): branches that end in different places, values where none can be made harmless. Beyond that
// what is not rendered here.
#pragma once

#include <optional>
#include <string>

#include "template/parse/definitions.h"
#include "template/values/function.h"

namespace firedrill::templates::html {

// The first fault of the definition of that name and of what it calls, with its place as Go gives it:
// "html/template:mail.tmpl:3:5: {{if}} branches end in different contexts"; nothing if there is none.
std::optional<std::string> fault_of(const Definitions& definitions, const std::string& name, GoVersion go);

}  // namespace firedrill::templates::html
