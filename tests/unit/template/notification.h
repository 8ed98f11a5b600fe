// A host with objects that have fields, methods and lists of one another: what Alertmanager's notifications are.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/text/json.h"
#include "template/library/calls.h"
#include "template/template_set.h"
#include "template/values/go_time.h"

namespace firedrill::templates::notification {

using Arguments = std::span<const Value>;
using Texts = std::shared_ptr<const StringMap>;

struct Alert {
  std::string status;
  Texts labels;
  Texts annotations;
  Instant starts_at;
  Instant ends_at;
  std::string generator_url;
  std::string fingerprint;
};

struct Data {
  std::string receiver;
  std::string status;
  std::vector<std::shared_ptr<const Alert>> alerts;
  Texts group_labels;
  Texts common_labels;
  Texts common_annotations;
  std::string external_url;
};

struct Pair {
  std::string name;
  std::string value;
};

extern const Type kPairType;
extern const Type kPairsType;
extern const Type kKvType;
extern const Type kAlertType;
extern const Type kAlertsType;
extern const Type kDataType;

// KV and Pairs.
inline Value pairs_of(const Value& kv) {
  List pairs;
  each_element(kv, [&](const std::string& name, const Value& value) {
    pairs.push_back(make_object(std::make_shared<const Pair>(name, value.text()), kPairType));
    return true;
  });
  return make_list(std::move(pairs), kPairsType);
}
inline Value column_of(const Value& pairs, std::string Pair::* column) {
  std::vector<std::string> texts;
  for (const Value& pair : *pairs.list()) texts.push_back(pair.object<Pair>().*column);
  return make_texts(texts);
}
inline std::string text_of(const Value& pairs) {
  std::string out;
  for (const Value& pair : *pairs.list()) {
    if (!out.empty()) out += ", ";
    out += pair.object<Pair>().name + "=" + pair.object<Pair>().value;
  }
  return out;
}
template <auto column>
CallResult pairs_column(const Value& pairs, Arguments, const CallContext&) {
  return column_of(pairs, column);
}
template <auto column>
CallResult kv_column(const Value& kv, Arguments, const CallContext&) {
  return column_of(pairs_of(kv), column);
}
inline CallResult sorted_pairs(const Value& kv, Arguments, const CallContext&) {
  return pairs_of(kv);
}
inline CallResult remove(const Value& kv, Arguments a, const CallContext&) {
  auto left = std::make_shared<StringMap>();
  each_element(kv, [&](const std::string& name, const Value& value) {
    const bool named =
        !is_nil(a[0]) && std::ranges::any_of(*a[0].list(), [&](const Value& text) { return text.text() == name; });
    if (!named) left->emplace(name, value.text());
    return true;
  });
  return make_map(std::move(left), kKvType);
}

// Alerts.
template <bool firing>
CallResult of_status(const Value& alerts, Arguments, const CallContext&) {
  List found;
  for (const Value& alert : *alerts.list()) {
    if ((alert.object<Alert>().status == "firing") == firing) found.push_back(alert);
  }
  return make_list(std::move(found), kAlertsType);
}

template <typename Owner, auto member>
Value text(const Value& object) {
  return make_text(object.object<Owner>().*member);
}
template <typename Owner, auto member>
Value kv(const Value& object) {
  return make_map(object.object<Owner>().*member, kKvType);
}
template <auto member>
Value time(const Value& object) {
  return make_time(object.object<Alert>().*member);
}
inline Value alerts(const Value& object) {
  List list;
  for (const auto& alert : object.object<Data>().alerts) list.push_back(make_object(alert, kAlertType));
  return make_list(std::move(list), kAlertsType);
}

inline constexpr std::array kNames{&types::texts};
inline constexpr std::array kPairFields =
    std::to_array<Field>({{"Name", text<Pair, &Pair::name>}, {"Value", text<Pair, &Pair::value>}});
inline constexpr std::array kPairsMethods = std::to_array<Method>(
    {{"Names", {}, false, pairs_column<&Pair::name>}, {"Values", {}, false, pairs_column<&Pair::value>}});
inline constexpr std::array kKvMethods = std::to_array<Method>({{"Names", {}, false, kv_column<&Pair::name>},
                                                                {"Remove", kNames, false, remove},
                                                                {"SortedPairs", {}, false, sorted_pairs},
                                                                {"Values", {}, false, kv_column<&Pair::value>}});
inline constexpr std::array kAlertFields = std::to_array<Field>({{"Status", text<Alert, &Alert::status>},
                                                                 {"Labels", kv<Alert, &Alert::labels>},
                                                                 {"Annotations", kv<Alert, &Alert::annotations>},
                                                                 {"StartsAt", time<&Alert::starts_at>},
                                                                 {"EndsAt", time<&Alert::ends_at>},
                                                                 {"GeneratorURL", text<Alert, &Alert::generator_url>},
                                                                 {"Fingerprint", text<Alert, &Alert::fingerprint>}});
inline constexpr std::array kAlertsMethods =
    std::to_array<Method>({{"Firing", {}, false, of_status<true>}, {"Resolved", {}, false, of_status<false>}});
inline constexpr std::array kDataFields =
    std::to_array<Field>({{"Receiver", text<Data, &Data::receiver>},
                          {"Status", text<Data, &Data::status>},
                          {"Alerts", alerts},
                          {"NotificationReason", [](const Value&) { return make_text(""); }},
                          {"GroupLabels", kv<Data, &Data::group_labels>},
                          {"CommonLabels", kv<Data, &Data::common_labels>},
                          {"CommonAnnotations", kv<Data, &Data::common_annotations>},
                          {"ExternalURL", text<Data, &Data::external_url>}});

inline constinit const Type kPairType{Kind::structure, "template.Pair", nullptr, kPairFields};
inline constinit const Type kPairsType{Kind::list, "template.Pairs", &kPairType, {}, kPairsMethods, text_of};
inline constinit const Type kKvType{Kind::map, "template.KV", &types::text,
                                    {},        kKvMethods,    [](const Value& v) { return text_of(pairs_of(v)); }};
inline constinit const Type kAlertType{Kind::structure, "template.Alert", nullptr, kAlertFields};
inline constinit const Type kAlertsType{Kind::list, "template.Alerts", &kAlertType, {}, kAlertsMethods};
inline constinit const Type kDataType{Kind::structure, "template.Data", nullptr, kDataFields};

// The host that the functions reach.
struct Host {
  std::map<std::string, std::shared_ptr<const Zone>> zones;
};

inline CallResult join(Arguments a, const CallContext&) {
  std::string out;
  for (std::size_t i = 0; i < length(a[1]); ++i) out += (i > 0 ? a[0].text() : "") + (*a[1].list())[i].text();
  return make_text(std::move(out));
}
inline CallResult string_slice(Arguments a, const CallContext&) {
  return make_list(List(a.begin(), a.end()), types::texts);
}
inline CallResult trim_space(Arguments a, const CallContext&) {
  const std::string& text = a[0].text();
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  return make_text(text.substr(begin, text.find_last_not_of(' ') + 1 - begin));
}
inline CallResult date(Arguments a, const CallContext&) {
  return make_text(go_format_time(a[1].instant(), a[0].text()));
}
inline CallResult tz(Arguments a, const CallContext& context) {
  const auto& zones = context.host_as<Host>().zones;
  const auto zone = zones.find(a[0].text());
  if (zone == zones.end()) return std::unexpected("unknown time zone " + a[0].text());
  return make_time({a[1].instant().milliseconds, zone->second});
}

inline constexpr std::array kText{&types::text};
inline constexpr std::array kTwoTexts{&types::text, &types::text};
inline constexpr std::array kThreeTexts{&types::text, &types::text, &types::text};
inline constexpr std::array kTextAndTexts{&types::text, &types::texts};
inline constexpr std::array kTextAndTime{&types::text, &types::time};
inline constexpr std::array kFunctions = std::to_array<Function>({
    {"date", kTextAndTime, false, date},
    {"join", kTextAndTexts, false, join},
    {"match", kTwoTexts, false, library::match},
    {"reReplaceAll", kThreeTexts, false, library::re_replace_all},
    {"safeHtml", kText, false, library::safe_html},
    {"stringSlice", kText, true, string_slice},
    {"title", kText, false, library::title},
    {"toLower", kText, false, library::to_lower},
    {"toUpper", kText, false, library::to_upper},
    {"trimSpace", kText, false, trim_space},
    {"tz", kTextAndTime, false, tz},
});

inline Texts texts_of(const json::value& object) {
  auto map = std::make_shared<StringMap>();
  for (const auto& [name, value] : object.as_object()) map->emplace(name, value.as_string());
  return map;
}

inline Value root_of(const json::value& data, const std::map<std::string, std::int64_t>& times) {
  const auto text_in = [](const json::value& object, const char* name) {
    return std::string(object.at(name).as_string());
  };
  auto root = std::make_shared<Data>();
  root->receiver = text_in(data, "receiver");
  root->status = text_in(data, "status");
  root->group_labels = texts_of(data.at("groupLabels"));
  root->common_labels = texts_of(data.at("commonLabels"));
  root->common_annotations = texts_of(data.at("commonAnnotations"));
  root->external_url = text_in(data, "externalURL");
  for (const json::value& alert : data.at("alerts").as_array()) {
    root->alerts.push_back(std::make_shared<const Alert>(
        text_in(alert, "status"), texts_of(alert.at("labels")), texts_of(alert.at("annotations")),
        Instant{times.at(text_in(alert, "startsAt"))}, Instant{times.at(text_in(alert, "endsAt"))},
        text_in(alert, "generatorURL"), text_in(alert, "fingerprint")));
  }
  return make_object(std::shared_ptr<const Data>(root), kDataType);
}

}  // namespace firedrill::templates::notification
