#include "notify/payload/data/go_json.h"

#include "base/maths.h"
#include "base/text/format.h"
#include "notify/payload/data/data.h"
#include "template/format/go_text.h"
#include "template/format/unicode.h"
#include "template/values/go_time.h"

namespace firedrill::notify {
namespace {

using templates::Kind;
using templates::Value;

void append_text(std::string_view text, std::string& out) {
  constexpr std::string_view kSpecial = "\"\\\b\f\n\r\t";
  constexpr std::string_view kNames = "\"\\bfnrt";
  out += '"';
  while (!text.empty()) {
    const templates::Rune rune = templates::decode_rune(text);
    const std::string_view bytes = text.substr(0, rune.length);
    text.remove_prefix(rune.length);
    const std::size_t special = bytes.size() == 1 ? kSpecial.find(bytes[0]) : std::string_view::npos;
    const bool markup = rune.rune == U'<' || rune.rune == U'>' || rune.rune == U'&';
    if (special != std::string_view::npos) {
      out += '\\';
      out += kNames[special];
    } else if (rune.rune < 0x20 || markup || rune.rune == 0x2028 || rune.rune == 0x2029) {
      out += format("\\u{:04x}", static_cast<std::uint32_t>(rune.rune));
    } else if (rune.length == 1 && rune.rune == 0xfffd) {
      out += "\\ufffd";
    } else {
      out += bytes;
    }
  }
  out += '"';
}

std::string number_text(double number) {
  const double size = number < 0 ? -number : number;
  if (size == 0 || (size >= 1e-6 && size < 1e21)) return templates::go_float(number, 'f', -1);
  std::string text = templates::go_float(number, 'e', -1);
  // e-09 is e-9.
  if (const std::size_t at = text.find("e-0"); at != std::string::npos) text.erase(at + 2, 1);
  return text;
}

void append(const json::value& value, std::string& out) {
  if (const auto* object = value.if_object()) {
    out += '{';
    bool first = true;
    for (const auto& [key, element] : *object) {
      if (!std::exchange(first, false)) out += ',';
      append_text(key, out);
      out += ':';
      append(element, out);
    }
    out += '}';
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i != 0) out += ',';
      append((*array)[i], out);
    }
    out += ']';
  } else if (const auto* text = value.if_string()) {
    append_text(*text, out);
  } else if (value.is_bool()) {
    out += value.get_bool() ? "true" : "false";
  } else if (value.is_int64()) {
    out += format("{}", value.get_int64());
  } else if (value.is_uint64()) {
    out += format("{}", value.get_uint64());
  } else if (value.is_double()) {
    out += number_text(value.get_double());
  } else {
    out += "null";
  }
}

std::expected<json::value, std::string> list_value(const Value& value) {
  json::array array;
  for (const Value& each : *value.list()) {
    auto element = to_json_value(each);
    if (!element) return element;
    array.push_back(std::move(*element));
  }
  return array;
}

std::expected<json::value, std::string> map_value(const Value& value) {
  json::object object;
  std::string fault;
  templates::each_element(value, [&](const std::string& key, const Value& each) {
    auto element = to_json_value(each);
    if (!element) {
      fault = element.error();
      return false;
    }
    object[key] = std::move(*element);
    return true;
  });
  if (!fault.empty()) return std::unexpected(fault);
  return object;
}

std::expected<json::value, std::string> structure_value(const Value& value) {
  json::object object;
  for (const templates::Field& field : value.type->fields) {
    auto element = to_json_value(field.of(value));
    if (!element) return element;
    object[json_name(*value.type, field.name)] = std::move(*element);
  }
  return object;
}

}  // namespace

std::expected<json::value, std::string> to_json_value(const Value& given) {
  if (templates::is_nil(given)) return json::value();
  const Value value = templates::indirect(given);
  if (std::holds_alternative<templates::Instant>(value.data)) {
    return json::string(templates::go_format_time(value.instant(), "2006-01-02T15:04:05.999999999Z07:00"));
  }
  switch (value.type->kind) {
    case Kind::boolean:
      return value.truth();
    case Kind::integer:
      return value.integer();
    case Kind::floating:
      if (!maths::is_finite(value.number())) {
        return std::unexpected(format("json: unsupported value: {}", templates::go_float(value.number(), 'g', -1)));
      }
      return value.number();
    case Kind::text:
      return json::string(value.text());
    case Kind::list:
      return list_value(value);
    case Kind::map:
      return map_value(value);
    case Kind::structure:
      return structure_value(value);
    default:
      return json::value();
  }
}

std::string go_json(const json::value& value) {
  std::string out;
  append(value, out);
  return out;
}

}  // namespace firedrill::notify
