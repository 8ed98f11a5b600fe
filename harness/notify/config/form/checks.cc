#include "notify/config/form/checks.h"

#include <algorithm>
#include <string>

#include "base/report.h"
#include "base/text/format.h"

namespace firedrill::notify {
namespace {

std::string listed(std::initializer_list<std::string_view> keys, std::string_view joint) {
  std::string text;
  for (const std::string_view key : keys) {
    if (!text.empty()) text += joint;
    text += key;
  }
  return text;
}

}  // namespace

void refuse_several(const Value& block, std::initializer_list<std::string_view> keys, const FormContext& context) {
  std::string_view last;
  for (const std::string_view key : keys) {
    if (!block.filled(key)) continue;
    if (!last.empty()) {
      report(*context.diagnostics, block.where_of(key), format("of {} only one may be given", listed(keys, ", ")),
             format("keep '{}' or '{}'", last, key));
      return;
    }
    last = key;
  }
}

bool want_one(const Value& block, std::initializer_list<std::string_view> keys, const FormContext& context) {
  if (std::ranges::any_of(keys, [&](std::string_view key) { return block.filled(key); })) return true;
  report(*context.diagnostics, block.where, format("'{}' is missing", listed(keys, "' or '")),
         format("add `{}: …`", *keys.begin()));
  return false;
}

void want_exactly_one(const Value& block, std::initializer_list<std::string_view> keys, const FormContext& context) {
  if (want_one(block, keys, context)) refuse_several(block, keys, context);
}

void inherit(Value& block, std::string_view key, std::string_view global_key, const FormContext& context) {
  const Value* global = context.global == nullptr ? nullptr : context.global->find(global_key);
  const Value* own = block.find(key);
  const bool empty = own == nullptr || (own->kind == Value::Kind::text && own->text.empty());
  if (global == nullptr || !empty) return;
  Value copy = *global;
  copy.given = false;
  if (own != nullptr) copy.templated = own->templated;
  block.at(key) = std::move(copy);
}

void inherit_pair(Value& block, std::string_view key, std::string_view global_key, const FormContext& context) {
  const std::string file = format("{}_file", key);
  if (block.filled(key) || block.filled(file)) return;
  inherit(block, key, global_key, context);
  inherit(block, file, format("{}_file", global_key), context);
}

void want_inherited(Value& block, std::initializer_list<std::string_view> keys, std::string_view global_key,
                    const FormContext& context) {
  const bool any = std::ranges::any_of(keys, [&](std::string_view key) { return block.filled(key); });
  if (any) return;
  report(*context.diagnostics, block.where, format("'{}' is missing, and 'global' has none", listed(keys, "' or '")),
         format("add `{}: …` here, or `{}: …` to 'global'", *keys.begin(), global_key));
}

}  // namespace firedrill::notify
