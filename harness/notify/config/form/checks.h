// What checks of blocks have in common.
#pragma once

#include <initializer_list>
#include <string_view>

#include "notify/config/form/form.h"

namespace firedrill::notify {

// Tells if more than one of the texts is there.
void refuse_several(const Value& block, std::initializer_list<std::string_view> keys, const FormContext& context);
// Tells if none is. Whether one is there.
bool want_one(const Value& block, std::initializer_list<std::string_view> keys, const FormContext& context);

// Tells if none is, or more than one.
void want_exactly_one(const Value& block, std::initializer_list<std::string_view> keys, const FormContext& context);

// Copies the global setting where the block has none.
void inherit(Value& block, std::string_view key, std::string_view global_key, const FormContext& context);
// Of a text that may stand in a file instead: both or none are copied.
void inherit_pair(Value& block, std::string_view key, std::string_view global_key, const FormContext& context);
// The same, and tells if there is neither.
void want_inherited(Value& block, std::initializer_list<std::string_view> keys, std::string_view global_key,
                    const FormContext& context);

}  // namespace firedrill::notify
