#include "notify/config/form/decode.h"

#include <algorithm>

#include "base/duration.h"
#include "base/report.h"
#include "base/text/format.h"
#include "notify/config/form/scalars.h"
#include "template/template_set.h"
#include "yaml/decode.h"

namespace firedrill::notify {
namespace {

using yaml::Node;
using Kind = Value::Kind;

constexpr std::string_view kSecretToken = "<secret>";  // what Alertmanager's API shows, and takes again
constexpr std::string_view kTlsVersions[] = {"TLS10", "TLS11", "TLS12", "TLS13"};

std::string_view expected(FieldType type) {
  switch (type) {
    case FieldType::boolean:
    case FieldType::optional_flag:
      return "expected true or false, without quotes";
    case FieldType::integer:
      return "expected a whole number, without quotes";
    case FieldType::count:
      return "expected a whole number from 0 on, without quotes";
    case FieldType::number:
      return "expected a number, without quotes";
    case FieldType::duration:
      return "expected a duration such as 30s, 5m or 1h30m";
    case FieldType::go_duration:
    case FieldType::nanoseconds:
      return "expected a duration such as 30s, 5m or 1h30m; there is no unit above hours here";
    case FieldType::url:
    case FieldType::template_url:
    case FieldType::any_url:
      return "expected an address such as https://hooks.example.org/path";
    case FieldType::host_port:
      return "expected a host and a port such as smtp.example.org:587";
    case FieldType::tls_version:
      return "expected TLS10, TLS11, TLS12 or TLS13";
    default:
      return "expected a text";
  }
}

Value made(Kind kind, const Node& node, const Field& field) {
  return {.kind = kind,
          .text = node.text,
          .templated = field.templated,
          .secret = field.secret,
          .given = true,
          .where = node.where()};
}

// What a scalar cannot be; empty: it fits.
std::string fault_of(const Node& node, const Field& field) {
  switch (field.type) {
    case FieldType::boolean:
    case FieldType::optional_flag:
      return scalar_boolean(node) ? std::string() : format("{} is neither true nor false", node.describe());
    case FieldType::integer:
    case FieldType::number:
      return scalar_number(node) ? std::string() : format("{} is no number", node.describe());
    case FieldType::count: {
      const auto whole = scalar_integer(node);
      if (whole && *whole < 0) return format("{} is below 0", node.text);
      return scalar_number(node) ? std::string() : format("{} is no number", node.describe());
    }
    case FieldType::duration: {
      const auto duration = parse_duration(node.text);
      return duration ? std::string() : duration.error();
    }
    case FieldType::go_duration:
      return fault_of_go_duration(node.text);
    case FieldType::nanoseconds:
      return scalar_number(node) ? std::string() : fault_of_go_duration(node.text);
    case FieldType::url:
      return field.secret && node.text == kSecretToken ? std::string() : fault_of_url(node.text, true);
    case FieldType::any_url:
      return fault_of_url(node.text, false);
    case FieldType::template_url:
      if (node.text.empty() || node.text == kSecretToken) return {};
      if (!node.text.contains("{{")) return fault_of_url(node.text, true);
      if (const auto parsed = templates::TemplateSet().add("", node.text); !parsed) {
        return field.secret ? "the template of a secret cannot be parsed" : parsed.error();  // which says parts of it
      }
      return {};
    case FieldType::host_port:
      return fault_of_host_port(node.text);
    case FieldType::tls_version:
      return std::ranges::find(kTlsVersions, node.text) != std::end(kTlsVersions)
                 ? std::string()
                 : format("there is no TLS version '{}'", node.text);
    default:
      return {};
  }
}

Kind kind_of(FieldType type) {
  switch (type) {
    case FieldType::boolean:
    case FieldType::optional_flag:
      return Kind::boolean;
    case FieldType::integer:
    case FieldType::count:
    case FieldType::number:
      return Kind::number;
    default:
      return Kind::text;
  }
}

// A value of any type, as it is: of `payload`, `details` and the like.
Value decode_any(const Node& node, const Field& field) {
  if (node.is_null()) return {.where = node.where()};
  Value value = made(Kind::text, node, field);
  if (node.is_sequence()) {
    value.kind = Kind::list;
    for (const Node* item : node.items) value.items.push_back(decode_any(*item, field));
  } else if (node.is_mapping()) {
    value.kind = Kind::map;
    for (const Node::Entry& entry : node.entries)
      value.entries.emplace_back(entry.key, decode_any(*entry.value, field));
  } else if (const auto truth = scalar_boolean(node)) {
    value.kind = Kind::boolean;
    value.text = *truth ? "true" : "false";
  } else if (scalar_number(node)) {
    value.kind = Kind::number;
  }
  return value;
}

class BlockDecoder {
 public:
  BlockDecoder(const Form& form, std::string_view what, const FormContext& context)
      : form_(form), what_(what), context_(context), diagnostics_(*context.diagnostics) {}

  Value decode(const Node& mapping) {
    Value block{.kind = Kind::map, .given = true, .where = mapping.where()};
    if (!mapping.is_null() && !yaml::expect_mapping(mapping, what_, diagnostics_)) return block;
    const std::size_t before = diagnostics_.size();
    for (const Node::Entry& entry : mapping.entries) {
      if (const Field* field = find(entry)) block.entries.emplace_back(entry.key, decode_field(*entry.value, *field));
    }
    fill_in(block);
    if (form_.check != nullptr && diagnostics_.size() == before) form_.check(block, context_);
    return block;
  }

  Value defaults(const Position& where) const {
    Value block{.kind = Kind::map, .where = where};
    fill_in(block);
    return block;
  }

 private:
  // Null, and told, if the version knows no such key.
  const Field* find(const Node::Entry& entry) {
    const auto field = std::ranges::find(form_.fields, entry.key, &Field::name);
    if (field != form_.fields.end() && field->since <= context_.version) return &*field;
    if (field != form_.fields.end()) {
      report(diagnostics_, entry.key_node->where(),
             format("Alertmanager {} has no '{}' in {}", to_string(context_.version), entry.key, what_),
             format("{} has it; choose with --alertmanager-version, or remove it", to_string(field->since)));
      return nullptr;
    }
    const auto newer = std::ranges::find(form_.newer, entry.key, &NewerKey::name);
    if (newer == form_.newer.end()) {
      report_unknown(entry);
    } else if (newer->decides || context_.version < kNewest) {
      report(diagnostics_, entry.key_node->where(),
             format("'{}' in {} is newer than Alertmanager {}", entry.key, what_, to_string(context_.version)),
             "remove it: without it other alerts would be told of than with it");
    } else {
      warn(diagnostics_, entry.key_node->where(),
           format("'{}' in {} is newer than Alertmanager {}, which refuses it", entry.key, what_,
                  to_string(context_.version)),
           "it is passed over here: it changes nothing of who is told, and when");
    }
    return nullptr;
  }

  void report_unknown(const Node::Entry& entry) {
    std::vector<std::string> names;
    for (const Field& field : form_.fields) {
      if (field.since <= context_.version) names.emplace_back(field.name);
    }
    report(diagnostics_, entry.key_node->where(), format("unknown key '{}' in {}", entry.key, what_),
           suggest_one(entry.key, names, diagnostics_));
  }

  Value decode_field(const Node& node, const Field& field) {
    const std::string what = format("'{}'", field.name);
    switch (field.type) {
      case FieldType::texts:
        return decode_list_of_texts(node, field, what);
      case FieldType::text_map:
        return decode_text_map(node, field, what);
      case FieldType::text_lists:
        return decode_text_lists(node, field, what);
      case FieldType::any_map:
        if (!node.is_null()) yaml::expect_mapping(node, what, diagnostics_);
        return decode_any(node, field);
      case FieldType::any:
        return decode_any(node, field);
      case FieldType::block:
        return node.is_null() ? Value{.where = node.where()} : decode_block(node, *field.form, what, context_);
      case FieldType::blocks:
        return decode_list(node, field, what);
      case FieldType::named_blocks:
        return decode_named(node, field, what);
      case FieldType::long_text:
      case FieldType::long_texts:
        return decode_long_form(node, field);
      default:
        return decode_scalar(node, field);
    }
  }

  Value decode_scalar(const Node& node, const Field& field) {
    if (node.is_null()) return nothing(node, field);
    if (!node.is_scalar()) {
      report(diagnostics_, node.where(), format("'{}' cannot be {}", field.name, node.describe()),
             std::string(expected(field.type)));
      return {};
    }
    if (std::string fault = fault_of(node, field); !fault.empty()) {
      report(diagnostics_, node.where(), format("'{}': {}", field.name, fault), std::string(expected(field.type)));
      return {};
    }
    Value value = made(kind_of(field.type), node, field);
    if (value.kind == Kind::boolean) value.text = *scalar_boolean(node) ? "true" : "false";
    return value;
  }

  // go-yaml sets what is nothing to Go's zero, whatever the default; to nil where the type has it.
  static Value nothing(const Node& node, const Field& field) {
    const bool can_be_absent = field.type == FieldType::optional_flag || field.type == FieldType::url;
    if (can_be_absent) return {.where = node.where()};
    Value value = made(kind_of(field.type), node, field);
    value.text = value.kind == Kind::boolean ? "false" : value.kind == Kind::number ? "0" : "";
    if (field.type == FieldType::duration || field.type == FieldType::go_duration) value.text = "0s";
    return value;
  }

  Value text_item(const Node& node, const Field& field, std::string_view what) {
    Value value = made(Kind::text, node, field);
    value.text = decode_text(node, format("an item of {}", what), diagnostics_);
    return value;
  }

  Value decode_list_of_texts(const Node& node, const Field& field, std::string_view what) {
    if (node.is_null()) return {.where = node.where()};
    Value list = made(Kind::list, node, field);
    if (!yaml::expect_sequence(node, what, diagnostics_)) return list;
    for (const Node* item : node.items) list.items.push_back(text_item(*item, field, what));
    return list;
  }

  Value decode_text_map(const Node& node, const Field& field, std::string_view what) {
    if (node.is_null()) return {.where = node.where()};
    Value map = made(Kind::map, node, field);
    if (!yaml::expect_mapping(node, what, diagnostics_)) return map;
    for (const Node::Entry& entry : node.entries) {
      map.entries.emplace_back(entry.key, text_item(*entry.value, field, what));
    }
    return map;
  }

  Value decode_text_lists(const Node& node, const Field& field, std::string_view what) {
    if (node.is_null()) return {.where = node.where()};
    Value map = made(Kind::map, node, field);
    if (!yaml::expect_mapping(node, what, diagnostics_)) return map;
    for (const Node::Entry& entry : node.entries) {
      map.entries.emplace_back(entry.key, decode_list_of_texts(*entry.value, field, format("'{}'", entry.key)));
    }
    return map;
  }

  Value decode_list(const Node& node, const Field& field, std::string_view what) {
    if (node.is_null()) return {.where = node.where()};
    Value list = made(Kind::list, node, field);
    if (!yaml::expect_sequence(node, what, diagnostics_)) return list;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      list.items.push_back(decode_item(*node.items[i], field, format("{} {}", field.form->name, i + 1)));
    }
    return list;
  }

  Value decode_named(const Node& node, const Field& field, std::string_view what) {
    if (node.is_null()) return {.where = node.where()};
    Value map = made(Kind::map, node, field);
    if (!yaml::expect_mapping(node, what, diagnostics_)) return map;
    for (const Node::Entry& entry : node.entries) {
      map.entries.emplace_back(entry.key,
                               decode_item(*entry.value, field, format("{} '{}'", field.form->name, entry.key)));
    }
    return map;
  }

  // Of nothing there is nothing to check.
  Value decode_item(const Node& node, const Field& field, std::string_view what) {
    if (node.is_null()) return {.kind = Kind::map, .given = true, .where = node.where()};
    return decode_block(node, *field.form, what, context_);
  }

  // 0.34 takes {template: …, enable_update: …} where 0.33 takes a text, and {values: […], enable_update: …} for a list.
  Value decode_long_form(const Node& node, const Field& field) {
    const bool list = field.type == FieldType::long_texts;
    const Node* inner = node.is_mapping() ? node.find(list ? "values" : "template") : nullptr;
    if (!node.is_mapping() || context_.version < kNewest || inner == nullptr) {
      return list ? decode_list_of_texts(node, field, format("'{}'", field.name)) : decode_scalar(node, field);
    }
    warn(diagnostics_, node.where(),
         format("this long form of '{}' is newer than Alertmanager {}, which refuses it", field.name,
                to_string(context_.version)),
         "it is read as its short form");
    return list ? decode_list_of_texts(*inner, field, format("'{}'", field.name)) : decode_scalar(*inner, field);
  }

  void fill_in(Value& block) const {
    for (const Field& field : form_.fields) {
      if (field.default_text.empty() || field.since > context_.version) continue;
      const auto is_it = [&](const auto& entry) { return entry.first == field.name; };
      if (std::ranges::any_of(block.entries, is_it)) continue;
      block.entries.emplace_back(field.name, Value{.kind = kind_of(field.type),
                                                   .text = std::string(field.default_text),
                                                   .templated = field.templated,
                                                   .secret = field.secret,
                                                   .where = block.where});
    }
  }

  const Form& form_;
  std::string_view what_;
  const FormContext& context_;
  Diagnostics& diagnostics_;
};

}  // namespace

Value decode_block(const Node& mapping, const Form& form, std::string_view what, const FormContext& context) {
  return BlockDecoder(form, what, context).decode(mapping);
}

std::string decode_text(const Node& node, std::string_view what, Diagnostics& diagnostics) {
  if (node.is_null()) return {};
  if (node.is_scalar()) return node.text;
  report(diagnostics, node.where(), format("{} cannot be {}", what, node.describe()), "expected a text");
  return {};
}

Value default_block(const Form& form, const Position& where, const FormContext& context) {
  return BlockDecoder(form, form.name, context).defaults(where);
}

Value decode_texts(const Node& node, std::string_view what, Diagnostics& diagnostics) {
  Value list{.kind = Kind::list, .given = true, .where = node.where()};
  if (node.is_null()) return {.where = node.where()};
  if (!yaml::expect_sequence(node, what, diagnostics)) return list;
  for (const Node* item : node.items) {
    std::string text = decode_text(*item, format("an item of {}", what), diagnostics);
    list.items.push_back({.kind = Kind::text, .text = std::move(text), .given = true, .where = item->where()});
  }
  return list;
}

}  // namespace firedrill::notify
