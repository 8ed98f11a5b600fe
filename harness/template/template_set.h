// Go's text/template: texts that are parsed into one set, where what one defines the others can call, and executed over
// a root that the host hands in. The room knows the language, Go's own functions and types; a host adds
//
//     types      tables of fields and methods for its own objects (values/value.h)
//     functions  a table of them (values/function.h), which reach the host through a pointer
//
// so that rules and notifications write their templates in the same language over different roots.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/bounds/budget.h"
#include "template/bounds.h"
#include "template/parse/definitions.h"
#include "template/parse/parser.h"
#include "template/run/output.h"
#include "template/values/function.h"

namespace firedrill::templates {

// What an execution is given besides its root.
struct Execution {
  const void* host = nullptr;  // for the host's functions and methods (CallContext::host)
  Budget* budget = nullptr;    // what all executions of a command may cost; null: no bound
  Output* output = nullptr;    // what texts and values go through (html/escaper.h); null: they are written as they are
  Bounds bounds{};             // what this one may cost
};

// Cheap to copy: copies share what is parsed. A text for one occasion is added to a copy, which calls what the set
// defines and may define it anew.
class TemplateSet {
 public:
  // The table of functions must outlive the set.
  explicit TemplateSet(Language language = {}) : language_(language) {}

  // Parses a text under its name. Within one text a name may be defined once; what another text has defined is
  // replaced, but not by white space. The error is Go's: `template: name:1: function "foo" not defined`.
  std::expected<void, std::string> add(std::string name, std::string text);

  bool defines(std::string_view name) const { return definitions_.contains(name); }
  const Definitions& definitions() const { return definitions_; }

  // Executes the text or definition of that name; `root` is its dot and its $. Missing elements of maps are zero values
  // ("missingkey=zero"). The error is Go's: `template: name:1:5: executing "name" at <.X>: …`.
  std::expected<std::string, std::string> execute(const std::string& name, const Value& root,
                                                  const Execution& execution = {}) const;

 private:
  Language language_;
  Definitions definitions_;
};

}  // namespace firedrill::templates
