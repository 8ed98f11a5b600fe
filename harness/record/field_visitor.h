// What the lists of fields are written with (record/fields.h).
#pragma once

#include <concepts>
#include <initializer_list>
#include <string_view>
#include <type_traits>

namespace firedrill::record {

template <typename T, typename Plain>
concept Of = std::same_as<std::remove_const_t<T>, Plain>;

// A text that is one of `words`, where the visitor cares.
template <typename Visitor, typename T>
void choice(Visitor& v, const char* name, T& value, std::initializer_list<std::string_view> words, const char* doc) {
  if constexpr (requires { v.choice(name, value, words, doc); }) {
    v.choice(name, value, words, doc);
  } else {
    v(name, value, doc);
  }
}

}  // namespace firedrill::record
