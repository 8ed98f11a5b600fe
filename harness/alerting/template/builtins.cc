// Go's own template functions (Go: text/template/funcs.go gives the rules and the messages).
#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "alerting/template/functions.h"
#include "alerting/template/go_format.h"
#include "alerting/template/unicode.h"
#include "base/text/format.h"

namespace firedrill::alerting {
namespace {

using Arguments = std::span<const Value>;

std::unexpected<std::string> error(std::string what) {
  return std::unexpected(std::move(what));
}

// Kinds that can be compared with each other.
enum class Basic { none, boolean, integer, floating, text };

Basic basic_kind(const Value& value) {
  if (value.type == GoType::boolean) return Basic::boolean;
  if (value.type == GoType::floating) return Basic::floating;
  if (is_integer(value)) return Basic::integer;
  return is_string(value) ? Basic::text : Basic::none;
}

std::unexpected<std::string> incompatible(const Value& a, const Value& b) {
  return error(format("incompatible types for comparison: {} and {}", type_name(a), type_name(b)));
}

bool is_nil(const Value& value) {
  if (!value.valid()) return true;
  return (value.type == GoType::sample && !value.sample()) || (value.type == GoType::samples && !value.samples());
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
    const bool comparable = value->type != GoType::string_map && value->type != GoType::any_map &&
                            value->type != GoType::samples && value->type != GoType::root &&
                            value->type != GoType::sample_struct;
    const Value& other = value == &a ? b : a;
    if (!comparable && !is_nil(other)) {
      const std::array shown{*value};
      return error(format("non-comparable type {}: {}", go_sprintf("%s", shown), type_name(*value)));
    }
  }
  if (is_nil(a) || is_nil(b)) return is_nil(a) == is_nil(b);
  return a.type == b.type && a.type == GoType::sample && a.sample() == b.sample();
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

std::size_t length_of(const Value& value) {
  if (is_string(value)) return value.text().size();
  if (value.type == GoType::samples) return value.samples() ? value.samples()->size() : 0;
  return value.type == GoType::string_map ? value.string_map().size() : value.any_map().size();
}

CallResult call_len(Arguments a, const CallContext&) {
  const Value& item = a[0];
  if (!item.valid()) return error("reflect: call of reflect.Value.Type on zero Value");
  if (item.type == GoType::sample && !item.sample()) return error("len of nil pointer");
  const bool countable = is_string(item) || item.type == GoType::samples || item.type == GoType::string_map ||
                         item.type == GoType::any_map;
  if (!countable) {
    return error(format("len of type {}", type_name(item.type == GoType::sample ? GoType::sample_struct : item.type)));
  }
  return make_integer(static_cast<std::int64_t>(length_of(item)));
}

std::expected<std::size_t, std::string> index_argument(const Value& index, std::size_t length) {
  if (!index.valid()) return error("cannot index slice/array with nil");
  if (!is_integer(index)) return error(format("cannot index slice/array with type {}", type_name(index)));
  if (index.integer() < 0 || static_cast<std::uint64_t>(index.integer()) > length) {
    return error(format("index out of range: {}", index.integer()));
  }
  return static_cast<std::size_t>(index.integer());
}

CallResult element(const Value& item, const Value& index) {
  if (item.type == GoType::sample && !item.sample()) return error("index of nil pointer");
  if (is_string(item) || item.type == GoType::samples) {
    const std::size_t length = length_of(item);
    const auto i = index_argument(index, length);
    if (!i) return error(i.error());
    if (*i == length) return error(format("reflect: {} index out of range", is_string(item) ? "string" : "slice"));
    if (is_string(item)) return make_integer(static_cast<unsigned char>(item.text()[*i]), GoType::byte);
    return make_sample((*item.samples())[*i]);
  }
  if (item.type != GoType::string_map && item.type != GoType::any_map) {
    const GoType type = item.type == GoType::sample ? GoType::sample_struct : item.type;
    return error(format("can't index item of type {}", type_name(type)));
  }
  if (!index.valid()) return error("value is nil; should be of type string");
  if (index.type != GoType::text) return error(format("value has type {}; should be string", type_name(index)));
  Value field;
  field_of(item, index.text(), field);
  return field;
}

CallResult call_index(Arguments a, const CallContext&) {
  Value item = a[0];
  if (!item.valid()) return error("index of untyped nil");
  for (const Value& index : a.subspan(1)) {
    if (!item.valid()) return error("index of nil pointer");
    auto next = element(item, index);
    if (!next) return next;
    item = *next;
  }
  return item;
}

CallResult call_slice(Arguments a, const CallContext&) {
  const Value& item = a[0];
  if (!item.valid()) return error("slice of untyped nil");
  const Arguments indexes = a.subspan(1);
  if (indexes.size() > 3) return error(format("too many slice indexes: {}", indexes.size()));
  if (is_string(item) && indexes.size() == 3) return error("cannot 3-index slice a string");
  if (!is_string(item) && item.type != GoType::samples) {
    return error(format("can't slice item of type {}", type_name(item)));
  }
  const std::size_t length = length_of(item);
  std::array<std::size_t, 3> bounds{0, length, length};
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    if (indexes[i].boxed) return error("cannot index slice/array with type interface {}");
    const auto bound = index_argument(indexes[i], length);
    if (!bound) return error(bound.error());
    bounds[i] = *bound;
  }
  if (bounds[0] > bounds[1]) return error(format("invalid slice index: {} > {}", bounds[0], bounds[1]));
  if (indexes.size() == 3 && bounds[1] > bounds[2]) {
    return error(format("invalid slice index: {} > {}", bounds[1], bounds[2]));
  }
  if (is_string(item)) return make_text(item.text().substr(bounds[0], bounds[1] - bounds[0]), item.type);
  const auto begin = item.samples()->begin();
  return make_samples(
      SampleList(begin + static_cast<std::ptrdiff_t>(bounds[0]), begin + static_cast<std::ptrdiff_t>(bounds[1])));
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
  if (a.size() == 1 && a[0].type == GoType::text) return a[0].text();
  std::vector<Value> shown(a.begin(), a.end());
  for (Value& value : shown) {
    if (value.type == GoType::sample && value.sample()) value.type = GoType::sample_struct;
    if (!value.valid()) value = make_text("<no value>");
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
  return make_text(url_query_escape(escaped_text(a)));
}

constexpr std::array kAny{Parameter::any};
constexpr std::array kValue{Parameter::value};
constexpr std::array kTwoValues{Parameter::value, Parameter::value};
constexpr std::array kFormat{Parameter::text, Parameter::any};

constexpr std::array<TemplateFunction, 19> kFunctions = {{
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

std::span<const TemplateFunction> go_functions() {
  return kFunctions;
}

std::string_view type_name(Parameter parameter) {
  switch (parameter) {
    case Parameter::value:
      return "reflect.Value";
    case Parameter::any:
      return "interface {}";
    case Parameter::text:
      return "string";
    case Parameter::samples:
      return "template.queryResult";
    case Parameter::sample:
      return "*template.sample";
  }
  return {};
}

const TemplateFunction* find_function(std::string_view name) {
  for (const auto table : {go_functions(), prometheus_functions()}) {
    const auto it = std::ranges::find(table, name, &TemplateFunction::name);
    if (it != table.end()) return &*it;
  }
  return nullptr;
}

std::string url_query_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += format("%{:02X}", byte);
    }
  }
  return out;
}

}  // namespace firedrill::alerting
