// Go's own template functions (Go: text/template/funcs.go gives the rules and the messages).
#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/text/format.h"
#include "template/format/go_format.h"
#include "template/format/go_text.h"
#include "template/format/unicode.h"
#include "template/values/function.h"

namespace firedrill::templates {
namespace {

using Arguments = std::span<const Value>;

std::unexpected<std::string> error(std::string what) {
  return std::unexpected(std::move(what));
}

// Kinds that can be compared with each other.
enum class Basic { none, boolean, integer, floating, text };

Basic basic_kind(const Value& value) {
  if (!value.valid()) return Basic::none;
  switch (value.type->kind) {
    case Kind::boolean:
      return Basic::boolean;
    case Kind::integer:
      return Basic::integer;
    case Kind::floating:
      return Basic::floating;
    case Kind::text:
      return Basic::text;
    default:
      return Basic::none;
  }
}

std::unexpected<std::string> incompatible(const Value& a, const Value& b) {
  return error(format("incompatible types for comparison: {} and {}", type_name(a), type_name(b)));
}

// Maps and lists cannot be compared, nor what has one in it.
bool comparable(const Value& value) {
  if (value.is(Kind::map) || value.is(Kind::list)) return false;
  if (!value.is(Kind::structure)) return true;
  return std::ranges::all_of(value.type->fields, [&](const Field& field) { return comparable(field.of(value)); });
}

// Of values of the same type that can be compared, as Go's == does.
bool same(const Value& a, const Value& b) {
  if (a.type != b.type) return false;
  if (!a.is(Kind::structure)) return a.data == b.data;
  if (std::holds_alternative<Instant>(a.data)) return a.data == b.data;
  return std::ranges::all_of(a.type->fields, [&](const Field& field) { return same(field.of(a), field.of(b)); });
}

// Two pointers to times are never the same: each has one of its own.
bool same_pointer(const Value& a, const Value& b) {
  return std::holds_alternative<Object>(a.data) && a.type == b.type && a.data == b.data;
}

std::expected<bool, std::string> equal(const Value& a, const Value& b) {
  const Basic kind = basic_kind(a);
  if (kind != basic_kind(b)) {
    if (a.valid() && b.valid()) return incompatible(a, b);
    return false;
  }
  if (kind != Basic::none) {
    if (kind == Basic::floating) return a.number() == b.number();
    return a.data == b.data;
  }
  for (const Value* value : {&a, &b}) {
    const Value& other = value == &a ? b : a;
    if (!comparable(*value) && !is_nil(other)) {
      const std::array shown{*value};
      return error(format("non-comparable type {}: {}", go_sprintf("%s", shown), type_name(*value)));
    }
  }
  if (is_nil(a) || is_nil(b)) return is_nil(a) == is_nil(b);
  return a.is(Kind::pointer) ? same_pointer(a, b) : same(a, b);
}

CallResult as_value(const std::expected<bool, std::string>& truth, bool negated) {
  if (!truth) return error(truth.error());
  return make_bool(*truth != negated);
}

CallResult call_eq(Arguments arguments, const CallContext&) {
  if (arguments.size() < 2) return error("missing argument for comparison");
  for (const Value& other : arguments.subspan(1)) {
    const auto same = equal(arguments[0], other);
    if (!same) return error(same.error());
    if (*same) return make_bool(true);
  }
  return make_bool(false);
}

CallResult call_ne(Arguments arguments, const CallContext&) {
  return as_value(equal(arguments[0], arguments[1]), true);
}

std::expected<bool, std::string> less(const Value& a, const Value& b) {
  const Basic kind = basic_kind(a);
  if (kind == Basic::none || basic_kind(b) == Basic::none) return error("invalid type for comparison");
  if (kind != basic_kind(b)) return incompatible(a, b);
  switch (kind) {
    case Basic::integer:
      return a.integer() < b.integer();
    case Basic::floating:
      return a.number() < b.number();
    case Basic::text:
      return a.text() < b.text();
    default:
      return error("invalid type for comparison");
  }
}

std::expected<bool, std::string> less_or_equal(const Value& a, const Value& b) {
  const auto is_less = less(a, b);
  return !is_less || *is_less ? is_less : equal(a, b);
}

CallResult call_lt(Arguments a, const CallContext&) {
  return as_value(less(a[0], a[1]), false);
}
CallResult call_le(Arguments a, const CallContext&) {
  return as_value(less_or_equal(a[0], a[1]), false);
}
CallResult call_gt(Arguments a, const CallContext&) {
  return as_value(less_or_equal(a[0], a[1]), true);
}
CallResult call_ge(Arguments a, const CallContext&) {
  return as_value(less(a[0], a[1]), true);
}

CallResult call_not(Arguments a, const CallContext&) {
  return make_bool(!is_true(a[0]));
}

// `and` and `or` are evaluated by the interpreter, since they stop early.
CallResult call_logical(Arguments a, const CallContext&) {
  return a.back();
}

// The executor says why it cannot be.
CallResult call_call(Arguments, const CallContext&) {
  return error("call of nil");
}

bool countable(const Value& value) {
  return value.is(Kind::text) || value.is(Kind::list) || value.is(Kind::map);
}

CallResult call_len(Arguments a, const CallContext&) {
  if (!a[0].valid()) return error("reflect: call of reflect.Value.Type on zero Value");
  if (a[0].is(Kind::pointer) && is_nil(a[0])) return error("len of nil pointer");
  const Value item = indirect(a[0]);
  if (!countable(item)) return error(format("len of type {}", type_name(item)));
  return make_integer(static_cast<std::int64_t>(length(item)));
}

std::expected<std::size_t, std::string> index_argument(const Value& index, std::size_t length) {
  if (!index.valid()) return error("cannot index slice/array with nil");
  if (!index.is(Kind::integer)) return error(format("cannot index slice/array with type {}", type_name(index)));
  if (index.integer() < 0 || static_cast<std::uint64_t>(index.integer()) > length) {
    return error(format("index out of range: {}", index.integer()));
  }
  return static_cast<std::size_t>(index.integer());
}

CallResult element_at(const Value& container, const Value& index) {
  if (container.is(Kind::pointer) && is_nil(container)) return error("index of nil pointer");
  const Value item = indirect(container);
  if (item.is(Kind::map)) {
    if (!index.valid()) return error("value is nil; should be of type string");
    if (index.type != &types::text) return error(format("value has type {}; should be string", type_name(index)));
    return element(item, index.text());
  }
  if (!item.is(Kind::text) && !item.is(Kind::list))
    return error(format("can't index item of type {}", type_name(item)));
  const std::size_t size = length(item);
  const auto i = index_argument(index, size);
  if (!i) return error(i.error());
  if (*i == size) return error(format("reflect: {} index out of range", item.is(Kind::text) ? "string" : "slice"));
  if (item.is(Kind::text)) return make_integer(static_cast<unsigned char>(item.text()[*i]), types::byte);
  const Value& found = (*item.list())[*i];
  return item.type->element->kind == Kind::any ? boxed(found) : found;
}

CallResult call_index(Arguments a, const CallContext&) {
  Value item = a[0];
  if (!item.valid()) return error("index of untyped nil");
  for (const Value& index : a.subspan(1)) {
    if (!item.valid()) return error("index of nil pointer");
    auto next = element_at(item, index);
    if (!next) return next;
    item = *next;
  }
  return item;
}

CallResult call_slice(Arguments a, const CallContext&) {
  if (!a[0].valid()) return error("slice of untyped nil");
  const Value item = indirect(a[0]);
  const Arguments indexes = a.subspan(1);
  if (indexes.size() > 3) return error(format("too many slice indexes: {}", indexes.size()));
  if (item.is(Kind::text) && indexes.size() == 3) return error("cannot 3-index slice a string");
  if (!item.is(Kind::text) && !item.is(Kind::list)) {
    return error(format("can't slice item of type {}", type_name(item)));
  }
  const std::size_t size = length(item);
  std::array<std::size_t, 3> bounds{0, size, size};
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    if (indexes[i].boxed) return error("cannot index slice/array with type interface {}");
    const auto bound = index_argument(indexes[i], size);
    if (!bound) return error(bound.error());
    bounds[i] = *bound;
  }
  if (bounds[0] > bounds[1]) return error(format("invalid slice index: {} > {}", bounds[0], bounds[1]));
  if (indexes.size() == 3 && bounds[1] > bounds[2]) {
    return error(format("invalid slice index: {} > {}", bounds[1], bounds[2]));
  }
  if (item.is(Kind::text)) return make_text(item.text().substr(bounds[0], bounds[1] - bounds[0]), *item.type);
  if (is_nil(item)) return item;
  const auto begin = item.list()->begin();
  return make_list(List(begin + static_cast<std::ptrdiff_t>(bounds[0]), begin + static_cast<std::ptrdiff_t>(bounds[1])),
                   *item.type);
}

CallResult call_print(Arguments a, const CallContext&) {
  return make_text(go_sprint(a));
}
CallResult call_println(Arguments a, const CallContext&) {
  return make_text(go_sprintln(a));
}
CallResult call_printf(Arguments a, const CallContext&) {
  return make_text(go_sprintf(a[0].text(), a.subspan(1)));
}

// The text of the arguments of an escaper: pointers stand for what they point to.
std::string escaped_text(Arguments a) {
  if (a.size() == 1 && a[0].type == &types::text) return a[0].text();
  std::vector<Value> shown(a.begin(), a.end());
  for (Value& value : shown) {
    value = value.valid() ? indirect(value) : make_text("<no value>");
  }
  return go_sprint(shown);
}

CallResult call_html(Arguments a, const CallContext&) {
  std::string out;
  for (const char c : escaped_text(a)) {
    switch (c) {
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\0':
        out += "\xef\xbf\xbd";
        break;
      default:
        out += c;
    }
  }
  return make_text(std::move(out));
}

CallResult call_js(Arguments a, const CallContext&) {
  const std::string text = escaped_text(a);
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const Rune rune = decode_rune(rest);
    const auto code = static_cast<std::uint32_t>(rune.rune);
    if (code == '\\' || code == '\'' || code == '"') {
      out += '\\';
      out += static_cast<char>(code);
    } else if (code == '<' || code == '>' || code == '&' || code == '=' || code < 0x20 || !is_printable(rune.rune)) {
      out += format("\\u{:04X}", code);
    } else {
      out += rest.substr(0, rune.length);
    }
    rest.remove_prefix(rune.length);
  }
  return make_text(std::move(out));
}

CallResult call_urlquery(Arguments a, const CallContext&) {
  return make_text(go_query_escape(escaped_text(a)));
}

constexpr std::array kAny{&types::any};
constexpr std::array kValue{&types::reflected};
constexpr std::array kTwoValues{&types::reflected, &types::reflected};
constexpr std::array kFormat{&types::text, &types::any};

constexpr std::array<Function, 19> kFunctions = {{
    {"and", kTwoValues, true, call_logical}, {"call", kTwoValues, true, call_call},
    {"eq", kTwoValues, true, call_eq},       {"ge", kTwoValues, false, call_ge},
    {"gt", kTwoValues, false, call_gt},      {"html", kAny, true, call_html},
    {"index", kTwoValues, true, call_index}, {"js", kAny, true, call_js},
    {"le", kTwoValues, false, call_le},      {"len", kValue, false, call_len},
    {"lt", kTwoValues, false, call_lt},      {"ne", kTwoValues, false, call_ne},
    {"not", kValue, false, call_not},        {"or", kTwoValues, true, call_logical},
    {"print", kAny, true, call_print},       {"printf", kFormat, true, call_printf},
    {"println", kAny, true, call_println},   {"slice", kTwoValues, true, call_slice},
    {"urlquery", kAny, true, call_urlquery},
}};

}  // namespace

std::span<const Function> go_functions() {
  return kFunctions;
}

}  // namespace firedrill::templates
