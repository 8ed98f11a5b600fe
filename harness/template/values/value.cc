#include "template/values/value.h"

#include <algorithm>

namespace firedrill::templates {

namespace types {
constinit const Type boolean{Kind::boolean, "bool"};
constinit const Type integer{Kind::integer, "int"};
constinit const Type byte{Kind::integer, "uint8"};
constinit const Type floating{Kind::floating, "float64"};
constinit const Type text{Kind::text, "string"};
constinit const Type html{Kind::text, "template.HTML"};
constinit const Type texts{Kind::list, "[]string", &text};
constinit const Type list{Kind::list, "[]interface {}", &any};
constinit const Type string_map{Kind::map, "map[string]string", &text};
constinit const Type any_map{Kind::map, "map[string]interface {}", &any};
constinit const Type any{Kind::any, "interface {}"};
constinit const Type reflected{Kind::reflected, "reflect.Value"};
}  // namespace types

namespace {

// Types that Go's source names: of two types with the same elements, values of one are values of the other only if one
// of them has no name.
bool named(const Type& type) {
  const std::string_view name = type.name;
  return !name.starts_with('[') && !name.starts_with('*') && !name.starts_with("map[") && !name.starts_with("struct {");
}

}  // namespace

Value make_texts(std::span<const std::string> texts) {
  List list;
  for (const std::string& text : texts) list.push_back(make_text(text));
  return make_list(std::move(list), types::texts);
}

Value make_object(Object object, const Type& type) {
  if (object == nullptr) return {&type, false, std::monostate{}};
  return {&type, false, std::move(object)};
}

std::string_view type_name(const Value& value) {
  return value.valid() ? value.type->name : "<nil>";
}

bool is_nil(const Value& value) {
  if (!value.valid()) return true;
  switch (value.type->kind) {
    case Kind::pointer:
      return std::holds_alternative<std::monostate>(value.data);
    case Kind::list:
      return value.list() == nullptr;
    case Kind::map: {
      const auto* texts = std::get_if<std::shared_ptr<const StringMap>>(&value.data);
      const auto* values = std::get_if<std::shared_ptr<const ValueMap>>(&value.data);
      return (texts == nullptr || *texts == nullptr) && (values == nullptr || *values == nullptr);
    }
    default:
      return false;
  }
}

bool is_true(const Value& value) {
  if (!value.valid()) return false;
  switch (value.type->kind) {
    case Kind::boolean:
      return value.truth();
    case Kind::integer:
      return value.integer() != 0;
    case Kind::floating:
      return value.number() != 0;
    case Kind::text:
    case Kind::map:
    case Kind::list:
      return length(value) != 0;
    case Kind::pointer:
      return !is_nil(value);
    default:
      return true;
  }
}

std::size_t length(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value.data)) return text->size();
  if (is_nil(value)) return 0;
  if (const auto* list = std::get_if<std::shared_ptr<List>>(&value.data)) return (*list)->size();
  if (const auto* texts = std::get_if<std::shared_ptr<const StringMap>>(&value.data)) return (*texts)->size();
  return std::get<std::shared_ptr<const ValueMap>>(value.data)->size();
}

Value zero(const Type& type) {
  switch (type.kind) {
    case Kind::boolean:
      return {&type, false, false};
    case Kind::integer:
      return {&type, false, std::int64_t{0}};
    case Kind::floating:
      return {&type, false, 0.0};
    case Kind::text:
      return {&type, false, std::string()};
    case Kind::list:
      return {&type, false, std::shared_ptr<List>()};
    case Kind::map:
    case Kind::pointer:
      return {&type, false, std::monostate{}};
    default:
      return {};
  }
}

bool can_be_nil(const Type& type) {
  switch (type.kind) {
    case Kind::map:
    case Kind::list:
    case Kind::pointer:
    case Kind::any:
    case Kind::reflected:
      return true;
    default:
      return false;
  }
}

bool assignable(const Type& from, const Type& to) {
  if (&from == &to || to.kind == Kind::any || to.kind == Kind::reflected) return true;
  if (from.kind != to.kind || (from.kind != Kind::map && from.kind != Kind::list)) return false;
  return from.element == to.element && !(named(from) && named(to));
}

Value indirect(const Value& value) {
  if (!value.is(Kind::pointer) || is_nil(value)) return value;
  return {value.type->element, false, value.data};
}

const Method* find_method(const Type& type, std::string_view name) {
  const auto it = std::ranges::find(type.methods, name, &Method::name);
  if (it != type.methods.end()) return &*it;
  return type.kind == Kind::pointer ? find_method(*type.element, name) : nullptr;
}

const Field* find_field(const Type& type, std::string_view name) {
  const auto it = std::ranges::find(type.fields, name, &Field::name);
  return it == type.fields.end() ? nullptr : &*it;
}

Value element(const Value& map, const std::string& key) {
  const Type& type = *map.type->element;
  if (const auto* texts = std::get_if<std::shared_ptr<const StringMap>>(&map.data); texts != nullptr && *texts) {
    const auto it = (*texts)->find(key);
    return it == (*texts)->end() ? zero(type) : make_text(it->second, type);
  }
  if (const auto* values = std::get_if<std::shared_ptr<const ValueMap>>(&map.data); values != nullptr && *values) {
    const auto it = (*values)->find(key);
    if (it == (*values)->end()) return zero(type);
    return type.kind == Kind::any ? boxed(it->second) : it->second;
  }
  return zero(type);
}

}  // namespace firedrill::templates
