// What happened, as everybody is told of it who watches a run: the recorder, the terminal, the console.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"
#include "events/kinds.h"
#include "model/labels.h"

namespace firedrill::events {

using EventValue = std::variant<std::string, double, model::Labels>;

struct EventField {
  std::string name;
  EventValue value;
  bool operator==(const EventField&) const = default;
};

struct Event {
  Time t;
  EventKind kind = EventKind::note;
  std::string subject;
  std::vector<EventField> fields;  // only those that the kind's row declares, in its order

  // Adds what the event carries; the name and type must be among those that the kind declares (assertion).
  Event& with(std::string_view name, EventValue value);
  // Null if the event does not carry it.
  const EventValue* find(std::string_view name) const;
  // Empty, or 0, if the event does not carry it.
  std::string text(std::string_view name) const;
  double number(std::string_view name) const;
  bool operator==(const Event&) const = default;
};

// The event in words, for people: "fault db-refuses took effect (connection_refused on postgres)".
std::string describe(const Event& event);

}  // namespace firedrill::events
