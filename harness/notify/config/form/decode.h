// From YAML to a Value by a form.
#pragma once

#include <string_view>

#include "notify/config/form/form.h"
#include "yaml/document.h"

namespace firedrill::notify {

// A mapping by its form, checked; defaults are filled in. `what` is the block in words: "'global'".
Value decode_block(const yaml::Node& mapping, const Form& form, std::string_view what, const FormContext& context);

// A block that is not there: all its defaults.
Value default_block(const Form& form, const Position& where, const FormContext& context);

// A list of texts, as `templates` or `group_by` has them: nothing in its place is the empty text. Told if it is none.
Value decode_texts(const yaml::Node& node, std::string_view what, Diagnostics& diagnostics);

// A text: any scalar. Told if it is none; then and of nothing the empty text.
std::string decode_text(const yaml::Node& node, std::string_view what, Diagnostics& diagnostics);

}  // namespace firedrill::notify
