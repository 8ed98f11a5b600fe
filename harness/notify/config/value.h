// A setting as a configuration has it, its type decoded and its default filled in: a tree of plain values with places.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"

namespace firedrill::notify {

struct Value {
  enum class Kind { absent, text, number, boolean, list, map };
  Kind kind = Kind::absent;
  std::string text{};      // of a text (secrets too); a number as the file writes it; "true" or "false"
  bool templated = false;  // the text is a template that Alertmanager executes
  bool secret = false;     // not to be shown
  bool given = false;      // by the file; otherwise a default, or inherited from `global`
  Position where{};        // where it is given; of a default, of the block that it belongs to
  std::vector<Value> items{};
  std::vector<std::pair<std::string, Value>> entries{};  // in the order of the file, defaults behind

  // Null if it is no map, has no such entry, or an absent one.
  const Value* find(std::string_view key) const;
  // The entry's text; empty if there is none.
  std::string_view text_of(std::string_view key) const;
  bool is_true(std::string_view key) const { return text_of(key) == "true"; }
  bool filled(std::string_view key) const { return !text_of(key).empty(); }
  // The entry's place; of none that of the map.
  const Position& where_of(std::string_view key) const;

  // The entry, made if there is none.
  Value& at(std::string_view key);
  void set_text(std::string_view key, std::string_view content, bool is_template = false);
};

}  // namespace firedrill::notify
