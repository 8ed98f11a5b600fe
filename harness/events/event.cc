#include "events/event.h"

#include <algorithm>
#include <cassert>

namespace firedrill::events {

Event& Event::with(std::string_view name, EventValue value) {
  const auto declared = spec_of(kind).fields;
  const auto row = std::ranges::find(declared, name, &EventFieldSpec::name);
  assert(row != declared.end() && static_cast<std::size_t>(row->type) == value.index());
  const auto place = std::ranges::find_if(fields, [&](const EventField& field) {
    return std::ranges::find(declared, field.name, &EventFieldSpec::name) >= row;
  });
  if (place != fields.end() && place->name == name) {
    place->value = std::move(value);
  } else {
    fields.insert(place, EventField{std::string(name), std::move(value)});
  }
  return *this;
}

const EventValue* Event::find(std::string_view name) const {
  const auto it = std::ranges::find(fields, name, &EventField::name);
  return it == fields.end() ? nullptr : &it->value;
}

std::string Event::text(std::string_view name) const {
  const EventValue* value = find(name);
  const auto* held = value != nullptr ? std::get_if<std::string>(value) : nullptr;
  return held != nullptr ? *held : std::string();
}

double Event::number(std::string_view name) const {
  const EventValue* value = find(name);
  const auto* held = value != nullptr ? std::get_if<double>(value) : nullptr;
  return held != nullptr ? *held : 0;
}

}  // namespace firedrill::events
