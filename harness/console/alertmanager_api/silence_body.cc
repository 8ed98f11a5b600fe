#include "console/alertmanager_api/silence_body.h"

#include "base/diagnostic.h"
#include "base/text/format.h"
#include "base/text/json.h"

namespace firedrill::console {
namespace {

std::unexpected<BodyFault> unreadable(std::string_view why) {
  return std::unexpected(BodyFault{400, 400, format("parsing silence body from \"\" failed, because {}", why)});
}

std::unexpected<BodyFault> required(std::string_view field) {
  return std::unexpected(BodyFault{422, 602, format("{} in body is required", field)});
}

// Null: it is not there. What is there must be of the type.
std::expected<const json::value*, BodyFault> field(const json::object& from, std::string_view name, json::kind kind) {
  const json::value* value = from.if_contains(name);
  if (value == nullptr || value->is_null()) return nullptr;
  if (value->kind() != kind) {
    return unreadable(format("json: cannot unmarshal {} into Go struct field PostableSilence.{}",
                             std::string(json::to_string(value->kind())), name));
  }
  return value;
}

std::expected<Time, BodyFault> time_of(const json::value& value) {
  const std::string_view text = value.as_string();
  if (const auto time = parse_instant(text)) return *time;
  return unreadable(format("parsing time \"{}\" as \"2006-01-02\": cannot parse \"{}\" as \"2006\"", text, text));
}

notify::MatchOp op_of(bool equal, bool regex) {
  if (regex) return equal ? notify::MatchOp::regex : notify::MatchOp::not_regex;
  return equal ? notify::MatchOp::equal : notify::MatchOp::not_equal;
}

// A matcher of the list; what is wrong with its label or pattern goes to `invalid`.
std::expected<void, BodyFault> take_matcher(const json::value& from, std::size_t index, SilenceBody& body) {
  if (!from.is_object()) return unreadable("json: cannot unmarshal a matcher into Go value of type models.Matcher");
  const json::object& object = from.as_object();
  const auto regex = field(object, "isRegex", json::kind::bool_);
  const auto equal = field(object, "isEqual", json::kind::bool_);
  const auto name = field(object, "name", json::kind::string);
  const auto value = field(object, "value", json::kind::string);
  for (const auto* each : {&regex, &equal, &name, &value}) {
    if (!*each) return std::unexpected(each->error());
  }
  if (*regex == nullptr) return required(format("matchers.{}.isRegex", index));
  if (*name == nullptr) return required(format("matchers.{}.name", index));
  if (*value == nullptr) return required(format("matchers.{}.value", index));
  const std::string pattern((*value)->as_string());
  auto made = notify::make_matcher(std::string((*name)->as_string()),
                                   op_of(*equal == nullptr || (*equal)->as_bool(), (*regex)->as_bool()), pattern);
  if (made && !made->name().empty()) {
    body.silence.matchers.push_back(*std::move(made));
  } else if (body.invalid.empty()) {
    body.invalid = made ? format("invalid label matcher {} in set 0: invalid label name \"\"", index)
                        : format(
                              "invalid label matcher {} in set 0: invalid regular expression \"{}\": error parsing "
                              "regexp: {}",
                              index, pattern, made.error());
  }
  return {};
}

}  // namespace

std::expected<SilenceBody, BodyFault> parse_silence_body(std::string_view text) {
  const auto read = read_json(make_source("body", std::string(text)));
  if (!read) {
    return unreadable(read.error().empty() ? "it is no JSON" : read.error().front().what);
  }
  if (!read->is_object()) return unreadable("json: cannot unmarshal it into Go value of type models.PostableSilence");
  const json::object& object = read->as_object();
  const auto id = field(object, "id", json::kind::string);
  const auto comment = field(object, "comment", json::kind::string);
  const auto author = field(object, "createdBy", json::kind::string);
  const auto ends = field(object, "endsAt", json::kind::string);
  const auto starts = field(object, "startsAt", json::kind::string);
  const auto matchers = field(object, "matchers", json::kind::array);
  for (const auto* each : {&id, &comment, &author, &ends, &starts, &matchers}) {
    if (!*each) return std::unexpected(each->error());
  }
  SilenceBody body;
  for (const auto& [from, to] :
       {std::pair(*ends, &body.silence.ends_at), std::pair(*starts, &body.silence.starts_at)}) {
    if (from == nullptr) continue;
    const auto time = time_of(*from);
    if (!time) return std::unexpected(time.error());
    *to = *time;
  }
  if (*comment == nullptr) return required("comment");
  if (*author == nullptr) return required("createdBy");
  if (*ends == nullptr) return required("endsAt");
  if (*matchers == nullptr) return required("matchers");
  const json::array& list = (*matchers)->as_array();
  if (list.empty()) {
    return std::unexpected(BodyFault{422, 612, "matchers in body should have at least 1 items"});
  }
  if (list.size() > kMostMatchers) {
    return std::unexpected(BodyFault{400, 0, format("a silence may have {} matchers", kMostMatchers)});
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (const auto taken = take_matcher(list[i], i, body); !taken) return std::unexpected(taken.error());
  }
  if (*starts == nullptr) return required("startsAt");
  if (*id != nullptr) body.id = std::string((*id)->as_string());
  body.silence.comment = std::string((*comment)->as_string());
  body.silence.created_by = std::string((*author)->as_string());
  if (body.invalid.empty() && notify::asks_for_nothing(body.silence.matchers)) {
    body.invalid = "matcher set 0: at least one matcher must not match the empty string";
  }
  return body;
}

}  // namespace firedrill::console
